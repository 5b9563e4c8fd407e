// What a quote of a group costs the application of one node, both of its sides, where a group
// quotes 10, 100 or 350 series (about all that are listed of BTC): blocks of signed messages with
// votes, on a database, in which every quote moves, or every one stands as it did. CPU time of this
// process, less what the same block without transactions takes. One side is half of it.
import { accountsParams, creditDeposit, openSubaccount } from '../../app/modules/accounts/index.ts';
import { accountOf } from '../../app/modules/auth/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { markUusdOf } from '../../app/modules/margin/index.ts';
import {
  liveExpiries,
  mustUnderlying,
  seriesOfExpiry,
  tickFor,
} from '../../app/modules/options/index.ts';
import { Ctx, viewOf } from '../../app/runtime/context.ts';
import type { View } from '../../app/runtime/context.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { CHAIN_ID, TestChain } from '../harness/chain.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import type { AnyMsg } from '../harness/keys.ts';
import { emitGrowth } from './figure.ts';
import type { Emit } from './figure.ts';
import { Timed, addBeyondIdle } from './path/timed.ts';
import type { Parts } from './path/timed.ts';

export const name = 'quotes';

const SIZES = [10, 100, 350];
/** In a message at the most. */
const MESSAGE = 100;
const ROUNDS = 100;
/** The first ones, in which the compiler is at work. */
const WARM_UP = 40;
/** In a block, at least. */
const QUOTES = 200;
const CASH_UUSD = 1_000_000_000_000n;
const GROUP = 'bench';

/** Prices of a series that nobody takes, ticks apart. */
interface Market {
  readonly symbol: string;
  readonly bidUusd: bigint;
  readonly askUusd: bigint;
  readonly tickUusd: bigint;
}

class Makers {
  readonly chain: TestChain;
  readonly #users: readonly UserKey[];
  readonly markets: readonly Market[];

  private constructor(chain: TestChain, users: number, series: number) {
    this.chain = chain;
    this.#users = Array.from({ length: users }, (_, n) => new UserKey(`maker${n}`));
    const { node, height, timeMs } = chain;
    const ctx = new Ctx(node.store.working, header(height, timeMs));
    const params = accountsParams.get(ctx);
    const rates = { actionsPerMinute: 100_000, actionBurst: 100_000 };
    const cancels = { cancelsPerMinute: 1_000_000, cancelBurst: 1_000_000 };
    const most = { ...rates, ...cancels, quotes: 10_000 };
    const limits = [{ ...params.limits.at(-1)!, minEquityUusd: 0n, ...most }];
    accountsParams.set(ctx, { ...params, limits });
    for (const { address } of this.#users) {
      mintCoins(ctx, address, UUSD, CASH_UUSD);
      creditDeposit(ctx, openSubaccount(ctx, address, 0).id, CASH_UUSD);
    }
    this.markets = marketsOf(ctx, series);
  }

  static async create(users: number, series: number): Promise<Makers> {
    const chain = await TestChain.start({ alone: true });
    for (let i = 0; i < 40; i++) await chain.block();
    const makers = new Makers(chain, users, series);
    await chain.block();
    await chain.block({
      txs: makers.#sign((user) => [
        anyOf(clob.MsgSetQuoteGroup, {
          ...{ sender: user.address, subaccount: 0, group: GROUP, underlying: 'BTC' },
          ...{ quantityLimit: 50_000n, maxQuote: 10_000n, deltaLimit: 0n, vegaLimitUusd: 0n },
          ...{ windowMs: 1_000, freezeMs: 10_000 },
        }),
      ]),
    });
    return makers;
  }

  /** The same of every user, in as many transactions as there are messages. */
  #sign(msgsOf: (user: UserKey) => AnyMsg[]): Uint8Array[] {
    const { node, height, timeMs } = this.chain;
    const view = viewOf(node.store.committed!.state, header(height, timeMs));
    return this.#users.flatMap((user) => {
      const { accountNumber, sequence } = accountOf(view, user.address)!;
      return msgsOf(user).map((msg, k) =>
        user.signTx([msg], {
          ...{ chainId: CHAIN_ID, accountNumber, sequence: sequence + BigInt(k) },
          ...{ fee: [], gasLimit: 0n },
        }),
      );
    });
  }

  /** Every quote, so many ticks away. */
  quotes(ticks: bigint): Uint8Array[] {
    const quotes = this.markets.map(({ symbol, bidUusd, askUusd, tickUusd }): clob.Quote => {
      const away = ticks * tickUusd;
      return {
        series: symbol,
        bid: { priceUusd: bidUusd - away, quantity: 1_000n },
        ask: { priceUusd: askUusd + away, quantity: 1_000n },
      };
    });
    return this.#sign(({ address }) => {
      const msgs: AnyMsg[] = [];
      for (let at = 0; at < quotes.length; at += MESSAGE) {
        const some = quotes.slice(at, at + MESSAGE);
        const msg = { sender: address, subaccount: 0, group: GROUP, quotes: some };
        msgs.push(anyOf(clob.MsgMassQuote, msg));
      }
      return msgs;
    });
  }
}

const header = (height: number, timeMs: number) => ({
  ...{ chainId: CHAIN_ID, height, timeMs },
  proposer: new Uint8Array(20),
});

function marketsOf(view: View, count: number): Market[] {
  const underlying = mustUnderlying(view, 'BTC');
  const series = liveExpiries(view)
    .filter(({ underlyingId }) => underlyingId === underlying.id)
    .flatMap(({ underlyingId, expirySeconds }) =>
      seriesOfExpiry(view, underlyingId, expirySeconds),
    );
  const markets = series.flatMap((each) => {
    const markUusd = markUusdOf(view, each) ?? 0n;
    const tickUusd = tickFor(underlying, 2n * markUusd);
    const ticks = markUusd / tickUusd;
    const [bidUusd, askUusd] = [(ticks / 2n) * tickUusd, 2n * ticks * tickUusd];
    return ticks < 6n ? [] : [{ symbol: each.symbol, bidUusd, askUusd, tickUusd }];
  });
  if (markets.length < count) throw new Error(`only ${markets.length} series can be quoted`);
  return markets.slice(0, count);
}

function refused(data: Uint8Array): number {
  const [answer] = TxMsgData.decode(data).msgResponses;
  return clob.MsgMassQuoteResponse.decode(answer!.value).refusals.length;
}

/** Microseconds a quote, both its sides, by part. It moves by a tick, forth and back, or stands. */
async function measure(series: number, moves: boolean): Promise<Parts> {
  const users = Math.max(1, Math.round(QUOTES / series));
  const makers = await Makers.create(users, series);
  const { chain } = makers;
  const timed = new Timed(chain.node.app);
  const sums: Parts = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    timed.take();
    await chain.block();
    const idle = timed.take();
    const txs = makers.quotes(moves ? BigInt(1 + (round % 2)) : 1n);
    timed.check(txs);
    const { txResults } = await chain.block({ txs, unchecked: true });
    if (txResults.length !== txs.length + 1) throw new Error('a proposal left quotes out');
    for (const { code, log, data } of txResults.slice(1)) {
      if (code !== 0 || refused(data) > 0) throw new Error(`refused: ${log}`);
    }
    if (round >= WARM_UP) addBeyondIdle(sums, timed.take(), idle);
  }
  await chain.close();
  const quotes = (ROUNDS - WARM_UP) * users * series;
  return new Map([...sums].map(([part, us]) => [part, us / quotes]));
}

const sumOf = (parts: Parts): number =>
  Number([...parts.values()].reduce((sum, us) => sum + us, 0).toFixed(1));

export async function run(emit: Emit): Promise<void> {
  // Once for the compiler alone.
  await measure(SIZES[1]!, true);
  const totals = [];
  for (const size of SIZES) {
    const parts = await measure(size, true);
    for (const [part, us] of parts) {
      const value = Number(us.toFixed(1));
      emit({ name: `quotes ${part}, ${size} series`, value, unit: 'us' });
    }
    totals.push({ name: `quotes in all, ${size} series`, value: sumOf(parts), unit: 'us' });
  }
  emitGrowth(emit, 'quotes in all', totals);
  const standing = sumOf(await measure(SIZES[1]!, false));
  emit({ name: `quotes that stand, ${SIZES[1]} series`, value: standing, unit: 'us' });
}
