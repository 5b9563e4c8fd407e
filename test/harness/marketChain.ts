import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { GasMeter } from '../../app/lib/gas.ts';
import { feedsWanted } from '../../app/modules/oracle/index.ts';
import { World } from '../../testnet/market/world.ts';
import type { WorldOptions } from '../../testnet/market/world.ts';
import { TestChain } from './chain.ts';
import type { BlockOptions, ChainOptions } from './chain.ts';
import { MarketFeeder } from './marketFeeder.ts';

const QUOTES = {
  BTC: { price: 64_000, vol: 0.55 },
  ETH: { price: 3_200, vol: 0.65 },
  SOL: { price: 150, vol: 0.8 },
};

/** A chain whose validators see a simulated market, each with a feeder of its own. */
export class MarketChain {
  readonly chain: TestChain;
  readonly world: World;
  /** One a validator, in their order. */
  readonly feeders: readonly MarketFeeder[];
  /** Markets beside the true one, which move along. */
  readonly otherWorlds: World[] = [];

  private constructor(chain: TestChain, world: World) {
    this.chain = chain;
    this.world = world;
    this.feeders = chain.validators.map(() => new MarketFeeder(world));
  }

  static async start(
    options: ChainOptions = {},
    world: Partial<WorldOptions> = {},
  ): Promise<MarketChain> {
    const chain = await TestChain.start(options);
    const { timeMs: startMs } = chain;
    return new MarketChain(
      chain,
      new World({ seed: 1, still: true, quotes: QUOTES, ...world, startMs }),
    );
  }

  /** The next block, in whose votes the validators say what their feeders see at its time. */
  async block(options: BlockOptions = {}): Promise<abci.ResponseFinalizeBlock> {
    const { chain, feeders } = this;
    const nowMs = chain.timeMs + (options.afterMs ?? 1_000);
    const { committed } = chain.node.store;
    const wanted =
      committed === undefined
        ? undefined
        : feedsWanted({ state: committed.state, gas: new GasMeter(Infinity) });
    for (const world of [this.world, ...this.otherWorlds]) world.step(nowMs);
    const reports = feeders.map((feeder, i) => {
      if (wanted !== undefined) feeder.follow(wanted);
      feeder.observe(nowMs);
      return [i, feeder.report(nowMs)] as const;
    });
    return chain.block({ reports: new Map(reports), ...options });
  }

  /** Blocks without transactions for so many seconds. */
  async seconds(count: number, afterMs = 1_000): Promise<void> {
    for (let ms = 0; ms < count * 1_000; ms += afterMs) await this.block({ afterMs });
  }

  async until(holds: () => boolean, afterMs = 1_000, limit = 500): Promise<void> {
    for (let i = 0; !holds(); i++) {
      if (i === limit) throw new Error(`not within ${limit} blocks`);
      await this.block({ afterMs });
    }
  }

  /** A market of its own for some validators: the true one at the start, but for `change`. */
  otherWorld(change: (world: World) => void): World {
    const { timeMs: startMs } = this.chain;
    const world = new World({ seed: 2, still: true, quotes: QUOTES, startMs });
    change(world);
    this.otherWorlds.push(world);
    return world;
  }
}
