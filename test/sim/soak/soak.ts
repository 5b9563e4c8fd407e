import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Price } from '../../../proto/gen/tenor.oracle.v1.ts';
import { feeds, prices } from '../../../app/modules/oracle/state.ts';
import { GasMeter } from '../../../app/lib/gas.ts';
import type { World } from '../../../testnet/market/world.ts';
import { Random } from '../../crash/random.ts';
import { MarketChain } from '../../harness/marketChain.ts';
import { FaultPlan } from './faultPlan.ts';
import { HonestRange } from './honestRange.ts';

export interface SoakOptions {
  readonly seed: number;
  /** Of simulated time, in blocks of a second. */
  readonly seconds: number;
  readonly onProgress?: (soak: Soak) => void;
}

/** A fresh index is where the market was in so many of the last blocks, up to this share. */
const LOOKS_BACK = 20;
const MAX_OFF = 0.002;
const QUARTERS = 4;

/**
 * Hours of a chain whose sources, feeders and validators fail at random, faster than they pass. The
 * harness throws where an honest proposal or extension is refused: a round would be lost.
 */
export class Soak {
  readonly #options: SoakOptions;
  readonly #market: MarketChain;
  readonly #plan: FaultPlan;
  readonly #random: Random;
  readonly #lies: World;
  /** What honest validators said before the block that comes next. */
  #honest: HonestRange | null = null;
  #lately: readonly World['snapshot']['quotes'][] = [];
  blocks = 0;
  /** Outputs that were held against what honest validators said. */
  checked = 0;
  /** Blocks in which an index of BTC was not fresh. */
  stale = 0;
  /** Bytes that are in use at the end of each quarter. */
  readonly heap: number[] = [];

  private constructor(options: SoakOptions, market: MarketChain) {
    this.#options = options;
    this.#market = market;
    this.#random = new Random(options.seed);
    this.#plan = new FaultPlan(this.#random, market.world);
    this.#lies = market.otherWorld((world) => {
      world.set('BTC', { price: 96_000, vol: 2 });
      world.set('ETH', { price: 1_600, vol: 0.1 });
      world.setCoin('USDT', { price: 0.8 });
    });
  }

  static async start(options: SoakOptions): Promise<Soak> {
    const world = { seed: options.seed, still: false, jumpsPerDay: 200, depegsPerYear: 10_000 };
    return new Soak(options, await MarketChain.start({ alone: true }, world));
  }

  get faults(): Record<string, number> {
    return Object.fromEntries([...this.#plan.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async run(): Promise<void> {
    const { seconds, onProgress } = this.#options;
    const quarter = Math.ceil(seconds / QUARTERS);
    while (this.blocks < seconds) {
      await this.block();
      if (this.blocks % quarter !== 0 && this.blocks !== seconds) continue;
      this.heap.push(heapInUse());
      onProgress?.(this);
    }
  }

  /** One second. @throws Error where an output is outside what honest validators say */
  async block(): Promise<void> {
    const { chain, feeders, world } = this.#market;
    this.#plan.step(chain.timeMs);
    const { wrong, hasOutage } = this.#plan;
    for (const [i, feeder] of feeders.entries()) {
      const own = wrong?.validator === i ? wrong.wrong : null;
      const isSilent = hasOutage && (i === 0 || i === 1);
      feeder.isDead = own === 'dead' || isSilent;
      feeder.clockAheadMs = own === 'clock' ? 30_000 : 0;
      const sees = own === 'lies' ? this.#lies : world;
      if (feeder.world !== sees) feeder.lookAt(sees);
    }
    const bad = wrong?.validator ?? -1;
    await this.#market.block({
      ...(wrong?.wrong === 'absent' ? { absent: new Set([bad]) } : {}),
      ...(wrong?.wrong === 'garbage' ? { late: new Map([[bad, this.#garbage()]]) } : {}),
    });
    this.#lately = [...this.#lately, world.snapshot.quotes].slice(-LOOKS_BACK);
    this.#check();
    const { timeMs } = chain;
    const said = feeders.flatMap((feeder, i) => (i === bad ? [] : [feeder.report(timeMs)]));
    this.#honest = new HonestRange(said.filter((report) => report !== null));
    // The harness keeps every block.
    chain.decided.length = 0;
    this.blocks += 1;
  }

  close(): Promise<void> {
    return this.#market.chain.close();
  }

  #garbage(): Uint8Array {
    const length = this.#random.below(600);
    return Uint8Array.from({ length }, () => this.#random.below(256));
  }

  #check(): void {
    const { chain } = this.#market;
    const height = BigInt(chain.height);
    const reader = { state: chain.node.store.committed!.state, gas: new GasMeter(Infinity) };
    for (const [, price] of prices.entries(reader)) {
      if (price.underlyingId === 1 && !isFresh(price)) this.stale += 1;
      if (price.height !== height) continue;
      this.#hold(this.#honest!.ofIndex(price));
      if (isFresh(price)) this.#hold(this.#offMarket(price));
    }
    for (const [, feed] of feeds.entries(reader)) {
      if (feed.height === height) this.#hold(this.#honest!.ofFeed(feed));
    }
  }

  /** What is wrong with an index beside where the market was lately, or null. */
  #offMarket({ underlyingId, indexUusd }: Price): string | null {
    const symbol = underlyingId === 1 ? 'BTC' : 'ETH';
    const truths = this.#lately.map((quotes) => quotes[symbol]!.price);
    const [low, high] = [Math.min(...truths), Math.max(...truths)];
    const index = Number(indexUusd) / 1e6;
    if (index >= low * (1 - MAX_OFF) && index <= high * (1 + MAX_OFF)) return null;
    return `${symbol} is ${index}, and was from ${low} to ${high}`;
  }

  #hold(wrong: string | null): void {
    this.checked += 1;
    if (wrong === null) return;
    const { seed } = this.#options;
    const replay = `npm run sim -- soak --seed ${seed} --seconds ${this.blocks + 1}`;
    throw new Error(`block ${this.#market.chain.height}: ${wrong}\nreplay: ${replay}`);
  }
}

const isFresh = ({ status }: Price): boolean =>
  status === FeedStatus.FEED_STATUS_LIVE || status === FeedStatus.FEED_STATUS_RECOVERING;

/** After everything that is not in use is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
