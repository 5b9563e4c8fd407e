import type { FeedsWanted } from '../../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig, StablecoinConfig, UnderlyingConfig } from '../config.ts';
import { knownStablecoins, knownUnderlyings } from '../defaultMarkets.ts';

/** What is to be watched because the chain votes on it and feeder.toml does not say how. */
export interface Added {
  readonly underlyings: readonly UnderlyingConfig[];
  readonly stablecoins: readonly StablecoinConfig[];
  /** Feeds that nothing here can watch, in words. */
  readonly unknown: readonly string[];
}

/**
 * What the chain wants beyond feeder.toml, as the venues of its sources name it. What the file has
 * an entry for, by symbol or by id, is left to the file.
 */
export function addedByChain(
  config: Pick<FeederConfig, 'sources' | 'underlyings' | 'stablecoins'>,
  wanted: FeedsWanted,
): Added {
  const unknown: string[] = [];
  const byName = (names: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      config.sources.flatMap(({ name, kind }) => {
        const found = names[kind];
        return found === undefined ? [] : [[name, found]];
      }),
    );
  const underlyings = wanted.underlyings.flatMap(({ underlyingId: id, underlying: symbol }) => {
    if (isConfigured(config.underlyings, id, symbol)) return [];
    const known = knownUnderlyings.find((u) => u.symbol === symbol);
    if (known === undefined) unknown.push(`underlying ${symbol} (id ${id})`);
    if (known === undefined) return [];
    const [instruments, options] = [byName(known.instruments), byName(known.options)];
    return [{ id, symbol, instruments, options }];
  });
  const stablecoins = wanted.stablecoins.flatMap(({ stablecoinId: id, symbol }) => {
    if (isConfigured(config.stablecoins, id, symbol)) return [];
    const known = knownStablecoins.find((c) => c.symbol === symbol);
    if (known === undefined) unknown.push(`stablecoin ${symbol} (id ${id})`);
    return known === undefined ? [] : [{ id, symbol, instruments: byName(known.instruments) }];
  });
  return { underlyings, stablecoins, unknown };
}

const isConfigured = (
  things: readonly { readonly id: number; readonly symbol: string }[],
  id: number,
  symbol: string,
): boolean => things.some((thing) => thing.id === id || thing.symbol === symbol);
