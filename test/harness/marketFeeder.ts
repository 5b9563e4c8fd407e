import { FeederReport } from '../../proto/gen/tenor.oracle.v1.ts';
import type { FeedsWanted } from '../../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig } from '../../feeder/config.ts';
import { addedByChain } from '../../feeder/core/addedByChain.ts';
import { chainAnswer, priceAnswer } from '../../feeder/core/answers.ts';
import { buildReport } from '../../feeder/core/buildReport.ts';
import { Evidence } from '../../feeder/core/evidence.ts';
import type { Asked, ChainAnswer, PriceAnswer, SourceRef } from '../../feeder/core/observation.ts';
import { feederToml } from '../../feeder/feederToml.ts';
import { parseFeederConfig } from '../../feeder/parseConfig.ts';
import { sourcesByKind } from '../../feeder/sources/index.ts';
import type { SourceName } from '../../testnet/market/faults.ts';
import { garbage } from '../../testnet/market/httpSide.ts';
import { venues } from '../../testnet/market/venues/index.ts';
import type { World } from '../../testnet/market/world.ts';
import { MarketReadings, bodyOf } from './marketReadings.ts';

type Thing = FeederConfig['underlyings'][number];

/** What is known of one thing, as the observer of a feeder keeps it. */
interface Cell {
  readonly thing: Thing;
  readonly prices: Map<string, Asked<PriceAnswer>>;
  readonly chains: Map<string, Asked<ChainAnswer>>;
  readonly evidence: Map<string, Evidence>;
}

/** Whatever is said of a source is asked so often. */
const CHAIN_MS = 5_000;
const CONFIG = parseFeederConfig(
  feederToml({ socketPath: 'f', marketUrl: 'http://127.0.0.1:9' }),
  '/',
);

/**
 * A feeder in simulated time: it asks the simulated venues in their own formats, reads, dates and
 * merges with the feeder's own code, and reports what that makes. What it lacks of a real one are
 * the connections: a source out of order fails here as it would there, without a wait.
 */
export class MarketFeeder {
  /** Nothing comes from it any more. */
  isDead = false;
  /** How far its machine's clock is ahead. */
  clockAheadMs = 0;
  world: World;
  #readings: MarketReadings;
  readonly #cells = new Map<string, Cell>();
  #config: FeederConfig = CONFIG;
  #asked = 0;
  #chainsAskedMs = -Infinity;

  constructor(world: World) {
    this.world = world;
    this.#readings = MarketReadings.of(world);
  }

  /** Looks at another market from now on. */
  lookAt(world: World): void {
    this.world = world;
    this.#readings = MarketReadings.of(world);
  }

  /** What the application says that the chain votes on. */
  follow(wanted: FeedsWanted): void {
    const added = addedByChain(CONFIG, wanted);
    this.#config = {
      ...CONFIG,
      underlyings: [...CONFIG.underlyings, ...added.underlyings],
      stablecoins: [...CONFIG.stablecoins, ...added.stablecoins],
    };
  }

  /** Asks every source for everything that is due. */
  observe(timeMs: number): void {
    if (this.isDead) return;
    const nowMs = timeMs + this.clockAheadMs;
    const asksChains = timeMs - this.#chainsAskedMs >= CHAIN_MS;
    if (asksChains) this.#chainsAskedMs = timeMs;
    for (const cell of this.#all()) {
      for (const { name, kind, weight } of this.#config.sources) {
        const ref = { name, venue: sourcesByKind[kind].venue, weight };
        const instrument = cell.thing.instruments[name];
        if (instrument !== undefined) {
          keep(cell.prices, ref, () => this.#price(cell, ref, instrument, nowMs));
        }
        const family = cell.thing.options[name];
        if (family !== undefined && asksChains) {
          keep(cell.chains, ref, () => this.#chain(cell, ref, family, nowMs));
        }
      }
    }
  }

  /** What the application would have of it for its next vote; null when that is nothing. */
  report(timeMs: number): Uint8Array | null {
    if (this.isDead) return null;
    const { maxPriceAgeMs: maxAgeMs, test } = this.#config;
    const rules = { ...this.#config, maxAgeMs, multiplyIndex: test.multiplyIndex };
    const seen = ({ thing, prices, chains }: Cell) => ({
      ...{ id: thing.id, symbol: thing.symbol },
      ...{ prices: [...prices.values()], chains: [...chains.values()] },
    });
    const report = buildReport(
      this.#config.underlyings.map((u) => seen(this.#cell('underlying', u))),
      this.#config.stablecoins.map((c) => seen(this.#cell('coin', { ...c, options: {} }))),
      ...([rules, timeMs + this.clockAheadMs] as const),
    );
    const says = report.underlyings.some(({ index }) => index !== undefined);
    return says ? FeederReport.encode(report) : null;
  }

  #all(): Cell[] {
    const { underlyings, stablecoins } = this.#config;
    return [
      ...stablecoins.map((coin) => this.#cell('coin', { ...coin, options: {} })),
      ...underlyings.map((underlying) => this.#cell('underlying', underlying)),
    ];
  }

  #cell(kind: string, thing: Thing): Cell {
    const name = `${kind}/${thing.id}/${thing.symbol}`;
    const found = this.#cells.get(name);
    if (found !== undefined) return found;
    const cell = { thing, prices: new Map(), chains: new Map(), evidence: new Map() };
    this.#cells.set(name, cell);
    return cell;
  }

  #price(cell: Cell, { name }: SourceRef, instrument: string, nowMs: number): PriceAnswer {
    const source = name as SourceName;
    const api = sourcesByKind[source];
    const body = this.#garbled(source) ?? this.#readings.body(source, api.tickPath(instrument));
    const tick = api.parseTick(body, instrument);
    return priceAnswer(evidenceOf(cell, `${name}/index`), 'poll', tick, nowMs);
  }

  #chain(cell: Cell, { name }: SourceRef, family: string, nowMs: number): ChainAnswer {
    const source = name as SourceName;
    const api = sourcesByKind[source].chain!;
    const garbled = this.#garbled(source);
    const chain =
      garbled === null
        ? this.#readings.chain(source, api, family)
        : api.parse(
            api.paths(family).map(() => garbled),
            family,
          );
    const evidence = evidenceOf(cell, `${name}/options`);
    return chainAnswer(chain, evidence, this.#config.maxVolAgeMs, nowMs);
  }

  /** What a source says instead of an answer, in JSON. @throws Error when it says nothing */
  #garbled(source: SourceName): unknown {
    const { mode, by } = this.world.faults.of(source);
    switch (mode) {
      case 'error': {
        const { status, body } = venues[source].trouble;
        return bodyOf({ status, text: JSON.stringify(body) });
      }
      case 'corrupt':
        this.#asked += 1;
        return bodyOf({ status: 200, text: garbage[this.#asked % garbage.length]! });
      case 'off':
      case 'throttle':
      case 'redirect':
      case 'flood':
        throw new Error(mode);
      case 'delay':
        if (by * 1_000 > this.#config.requestTimeoutMs) throw new Error(mode);
        return null;
      case 'normal':
      case 'freeze':
      case 'skew':
      case 'lag':
      case 'clock':
        return null;
    }
  }
}

function evidenceOf({ evidence }: Cell, of: string): Evidence {
  const found = evidence.get(of) ?? new Evidence();
  evidence.set(of, found);
  return found;
}

/** The last answer stays when there is none this time. */
function keep<T>(place: Map<string, Asked<T>>, source: SourceRef, ask: () => T): void {
  const before = place.get(source.name) ?? { source, answer: null, failures: 0, problem: '' };
  try {
    place.set(source.name, { source, answer: ask(), failures: 0, problem: '' });
  } catch (error) {
    const { message: problem } = error as Error;
    place.set(source.name, { ...before, failures: before.failures + 1, problem });
  }
}
