import type { Logger } from 'pino';
import { FeedsWanted } from '../proto/gen/tenor.oracle.v1.ts';
import { CodecError } from '../proto/codec.ts';
import type { FeederConfig } from './config.ts';
import { addedByChain } from './core/addedByChain.ts';
import type { Added } from './core/addedByChain.ts';
import { startObserver } from './observer.ts';
import type { Observer } from './observer.ts';

/** Everything that is watched: what feeder.toml names, and what the chain votes on beyond it. */
export interface Watch extends Pick<Observer, 'underlyings' | 'stablecoins' | 'oddRows'> {
  /** The configuration with what the chain added. */
  readonly config: FeederConfig;
  /** The application says, as an encoded FeedsWanted, what the chain votes on now. */
  follow(payload: Uint8Array): void;
  stop(): void;
}

const NOTHING: Added = { underlyings: [], stablecoins: [], unknown: [] };

/**
 * Observes, and goes on to observe as it did while the chain's list of feeds changes: what is added
 * is observed beside it, so that no price is lost at the moment when every validator follows.
 */
export function startWatch(configured: FeederConfig, logger: Logger): Watch {
  const own = startObserver(configured, logger);
  let added = NOTHING;
  let beside: Observer | null = null;
  const all = (): Observer[] => (beside === null ? [own] : [own, beside]);

  return {
    get config() {
      return {
        ...configured,
        underlyings: [...configured.underlyings, ...added.underlyings],
        stablecoins: [...configured.stablecoins, ...added.stablecoins],
      };
    },
    follow(payload) {
      const next = addedFrom(payload, configured, logger);
      if (next === null || JSON.stringify(next) === JSON.stringify(added)) return;
      added = next;
      const symbols = [...added.underlyings, ...added.stablecoins].map(({ symbol }) => symbol);
      logger.info({ symbols }, 'the chain votes on more than feeder.toml names: watched, too');
      if (added.unknown.length > 0) {
        const { unknown } = added;
        logger.error({ unknown }, 'no source is known for these: name them in feeder.toml');
      }
      beside?.stop();
      beside = symbols.length === 0 ? null : startObserver({ ...configured, ...added }, logger);
    },
    underlyings: () => all().flatMap((observer) => observer.underlyings()),
    stablecoins: () => all().flatMap((observer) => observer.stablecoins()),
    oddRows() {
      const rows = new Map<string, number>();
      for (const observer of all()) {
        for (const [source, n] of observer.oddRows()) rows.set(source, (rows.get(source) ?? 0) + n);
      }
      return rows;
    },
    stop: () => all().forEach((observer) => observer.stop()),
  };
}

function addedFrom(payload: Uint8Array, config: FeederConfig, logger: Logger): Added | null {
  try {
    return addedByChain(config, FeedsWanted.decode(payload));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    logger.warn({ error: error.message }, 'cannot read what the application wants');
    return null;
  }
}
