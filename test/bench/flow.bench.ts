// What the orders that networks are loaded with cost one application, alone in a process: every
// call that an engine makes for them, in blocks of three sizes, and a block without any. What an
// application takes beyond that on a network is what running beside the others costs.
// CPU of this process, of all its threads; votes and marks change from block to block.
import { accountOf } from '../../app/modules/auth/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { viewOf } from '../../app/runtime/context.ts';
import type { View } from '../../app/runtime/context.ts';
import { QueryMarksRequest, QueryMarksResponse } from '../../proto/gen/tenor.margin.v1.ts';
import { CHAIN_ID, TestChain } from '../harness/chain.ts';
import { FEE, depositMsg } from '../harness/trading.ts';
import { emitGrowth } from './figure.ts';
import type { Emit, Figure } from './figure.ts';
import { flowMarkets, flowOrder } from './network/orderFlow.ts';
import type { FlowMarket } from './network/orderFlow.ts';
import { Timed } from './path/timed.ts';
import type { Parts } from './path/timed.ts';

export const name = 'flow';

const ACCOUNTS = 200;
const DEPOSIT_USD = 900_000;
const DEPOSITS_A_BLOCK = 25;
/** As on the network. */
const BLOCK_MS = 300;
const BTC = 1;
/** What the series must still live. */
const MIN_LIFE_SECONDS = 5 * 86_400;
/** Orders a block: the middle one is what four validators on two cores come to. */
const SIZES = [50, 100, 200];
/** The compiler is at work for the first ten thousand orders. */
const WARM_UP_ORDERS = 10_000;
const ORDERS = 6_000;
const IDLE_BLOCKS = 40;

const sum = (parts: Parts): number => [...parts.values()].reduce((a, b) => a + b, 0);

/** Accounts that trade with each other, block by block. */
class Flow {
  readonly #chain: TestChain;
  readonly #names: readonly string[];
  readonly #timed: Timed;
  #markets: FlowMarket[] = [];
  #orders = 0;
  #blocks = 0;

  private constructor(chain: TestChain, names: readonly string[]) {
    this.#chain = chain;
    this.#names = names;
    this.#timed = new Timed(chain.node.app, { rounds: true });
  }

  static async start(): Promise<Flow> {
    const names = Array.from({ length: ACCOUNTS }, (_, i) => `load${i}`);
    const chain = await TestChain.start({ alone: true, users: names });
    // There are no votes before it.
    await chain.block();
    const flow = new Flow(chain, names);
    await flow.idle();
    for (let from = 0; from < ACCOUNTS; from += DEPOSITS_A_BLOCK) {
      const users = names.slice(from, from + DEPOSITS_A_BLOCK).map((each) => chain.user(each));
      const deposits = users.map((user) => chain.sign(user, [depositMsg(user, DEPOSIT_USD)], FEE));
      await chain.block({ txs: deposits, afterMs: BLOCK_MS });
    }
    flow.#readMarkets();
    return flow;
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  /** CPU of blocks without transactions. */
  async idle(): Promise<Parts> {
    this.#timed.take();
    for (let i = 0; i < IDLE_BLOCKS; i++) await this.#block([]);
    return this.#timed.take();
  }

  /** CPU of so many orders, so many a block. */
  async trade(orders: number, aBlock: number): Promise<Parts> {
    this.#timed.take();
    for (let left = orders; left > 0; left -= aBlock) {
      const txs = this.#signed(Math.min(aBlock, left));
      this.#timed.check(txs);
      await this.#block(txs);
    }
    return this.#timed.take();
  }

  async #block(txs: readonly Uint8Array[]): Promise<void> {
    // Volatilities that move a little, so that nothing is remembered from the block before.
    this.#chain.market = { ...this.#chain.market, vol: 0.6 + (this.#blocks++ % 10) / 10_000 };
    const { txResults } = await this.#chain.block({ txs, unchecked: true, afterMs: BLOCK_MS });
    const refused = txResults.find(({ code }) => code !== 0);
    if (refused !== undefined) throw new Error(`an order was refused: ${refused.log}`);
    if (txResults.length !== txs.length + 1) throw new Error('a proposal left orders out');
  }

  #view(): View {
    const { node, height, timeMs } = this.#chain;
    const header = { chainId: CHAIN_ID, height, timeMs, proposer: new Uint8Array(20) };
    return viewOf(node.store.committed!.state, header);
  }

  #readMarkets(): void {
    const view = this.#view();
    const enough = this.#chain.timeMs / 1_000 + MIN_LIFE_SECONDS;
    const lasting = liveExpiries(view).filter(
      ({ underlyingId, expirySeconds }) => underlyingId === BTC && Number(expirySeconds) > enough,
    );
    const series = lasting.flatMap((e) => seriesOfExpiry(view, BTC, e.expirySeconds));
    this.#markets = flowMarkets(
      series.map(({ symbol }) => {
        const { marks } = this.#chain.query(
          ...(['/tenor.margin.v1.Query/Marks', QueryMarksRequest, QueryMarksResponse] as const),
          { underlying: '', expirySeconds: 0n, symbol },
        );
        const { markUusd = 0n, bandLowUusd = 0n, bandHighUusd = 0n } = marks[0] ?? {};
        const usd = (uusd: bigint) => Number(uusd) / 1e6;
        const [markUsd, bandLowUsd, bandHighUsd] = [markUusd, bandLowUusd, bandHighUusd].map(usd);
        return { symbol, markUsd: markUsd!, bandLowUsd: bandLowUsd!, bandHighUsd: bandHighUsd! };
      }),
    );
  }

  #signed(count: number): Uint8Array[] {
    const view = this.#view();
    const sent = new Map<string, bigint>();
    return Array.from({ length: count }, () => {
      const n = this.#orders++;
      const user = this.#chain.user(this.#names[n % ACCOUNTS]!);
      const { accountNumber, sequence } = accountOf(view, user.address)!;
      const before = sent.get(user.address) ?? 0n;
      sent.set(user.address, before + 1n);
      return user.signTx([flowOrder(this.#markets, user, n)], {
        ...{ chainId: CHAIN_ID, accountNumber, sequence: sequence + before },
        ...{ gasLimit: 60_000n, fee: [] },
      });
    });
  }
}

export async function run(emit: Emit): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  const flow = await Flow.start();
  try {
    await flow.trade(WARM_UP_ORDERS, SIZES[1]!);
    const figures: Figure[] = [];
    for (const aBlock of SIZES) {
      const early = await flow.trade(ORDERS / 2, aBlock);
      const late = await flow.trade(ORDERS / 2, aBlock);
      const label = `${aBlock} orders a block`;
      for (const [part, us] of early) {
        const value = round((us + (late.get(part) ?? 0)) / ORDERS);
        emit({ name: `flow ${part}, ${label}`, value, unit: 'us' });
      }
      const value = round((sum(early) + sum(late)) / ORDERS);
      const halves = sum(late) / sum(early);
      figures.push({ name: `flow in all, ${label}`, value, unit: 'us', halves });
    }
    emitGrowth(emit, 'flow in all', figures);
    const idle = await flow.idle();
    for (const [part, us] of idle) {
      emit({ name: `flow ${part}, no orders`, value: round(us / IDLE_BLOCKS), unit: 'us/block' });
    }
    const value = round(sum(idle) / IDLE_BLOCKS);
    emit({ name: 'flow in all, no orders', value, unit: 'us/block' });
  } finally {
    await flow.close();
  }
}
