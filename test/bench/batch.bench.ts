// What an action of a batch costs the application of one node, at three sizes of a batch: blocks of
// signed transactions with votes, on a database, of which every action must be taken. CPU time of
// this process, less what the same block without transactions takes.
import { accountsParams, creditDeposit, openSubaccount } from '../../app/modules/accounts/index.ts';
import { accountOf } from '../../app/modules/auth/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { bandOf } from '../../app/modules/margin/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { Ctx, viewOf } from '../../app/runtime/context.ts';
import type { View } from '../../app/runtime/context.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { CHAIN_ID, TestChain } from '../harness/chain.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { Side, orderMsg } from '../harness/trading.ts';
import type { Emit } from './figure.ts';
import { Timed, addBeyondIdle } from './path/timed.ts';
import type { Parts } from './path/timed.ts';

export const name = 'batch';

const SIZES = [10, 50, 100];
const ROUNDS = 16;
/** The first ones, in which the compiler is at work. */
const WARM_UP = 4;
/** In a block, of all batches together: as many as its gas has room for. */
const ACTIONS = 200;
const SERIES = 20;
const CASH_UUSD = 1_000_000_000_000n;
/** Of a market maker's orders: the next batch does the same to them all. Then they trade. */
const KINDS = ['place', 'replace', 'cut', 'cancel', 'trade'] as const;
type Kind = (typeof KINDS)[number];

interface Market {
  readonly symbol: string;
  /** At which everybody may trade. */
  readonly priceUusd: bigint;
}

class Makers {
  readonly chain: TestChain;
  readonly #users: readonly UserKey[];
  #markets: readonly Market[] = [];

  private constructor(chain: TestChain, users: number) {
    this.chain = chain;
    this.#users = Array.from({ length: users }, (_, n) => new UserKey(`maker${n}`));
    const { node, height, timeMs } = chain;
    const ctx = new Ctx(node.store.working, header(height, timeMs));
    const params = accountsParams.get(ctx);
    const rates = { actionsPerMinute: 100_000, actionBurst: 100_000 };
    const cancels = { cancelsPerMinute: 1_000_000, cancelBurst: 1_000_000 };
    const limits = [{ ...params.limits.at(-1)!, minEquityUusd: 0n, ...rates, ...cancels }];
    accountsParams.set(ctx, { ...params, limits, maxOpenOrders: 500 });
    for (const { address } of this.#users) {
      mintCoins(ctx, address, UUSD, CASH_UUSD);
      creditDeposit(ctx, openSubaccount(ctx, address, 0).id, CASH_UUSD);
    }
    this.#markets = marketsOf(ctx);
  }

  static async create(users: number): Promise<Makers> {
    const chain = await TestChain.start({ alone: true });
    for (let i = 0; i < 40; i++) await chain.block();
    const makers = new Makers(chain, users);
    await chain.block();
    return makers;
  }

  /** Each user's batch, signed; names are the client's. */
  sign(kind: Kind, size: number, round: number): Uint8Array[] {
    const { node, height, timeMs } = this.chain;
    const view = viewOf(node.store.committed!.state, header(height, timeMs));
    return this.#users.map((user, n) => {
      const actions = Array.from({ length: size }, (_, k) => this.#action(kind, k, round, n));
      const msg = { sender: user.address, subaccount: 0, actions };
      const { accountNumber, sequence } = accountOf(view, user.address)!;
      return user.signTx([anyOf(clob.MsgBatch, msg)], {
        ...{ chainId: CHAIN_ID, accountNumber, sequence, fee: [], gasLimit: 0n },
      });
    });
  }

  #action(kind: Kind, k: number, round: number, user: number): clob.BatchAction {
    const clientOrderId = `${round}.${k}`;
    const named = { sender: '', subaccount: 0, orderId: 0n, clientOrderId };
    if (kind === 'cancel') return { cancel: named };
    if (kind === 'cut') return { replace: { ...named, priceUusd: 0n, quantity: 1_000n } };
    if (kind === 'replace') {
      return { replace: { ...named, priceUusd: 10_000_000n, quantity: 2_000n } };
    }
    const { symbol, priceUusd } = this.#markets[k % this.#markets.length]!;
    // Half of them come to rest, and the other half takes these; the other way in the next round.
    const isBuy = kind === 'place' || user < this.#users.length / 2 === (round % 2 === 0);
    const side = isBuy ? Side.SIDE_BUY : Side.SIDE_SELL;
    const args = { series: symbol, side, size: 0.1, price: 5 };
    const named2 = kind === 'place' ? { clientOrderId } : { priceUusd };
    const { value } = orderMsg(this.#users[user]!, args, named2);
    return { place: { ...clob.MsgPlaceOrder.decode(value), sender: '' } };
  }
}

const header = (height: number, timeMs: number) => ({
  ...{ chainId: CHAIN_ID, height, timeMs },
  proposer: new Uint8Array(20),
});

function marketsOf(view: View): Market[] {
  const series = liveExpiries(view).flatMap(({ underlyingId, expirySeconds }) =>
    seriesOfExpiry(view, underlyingId, expirySeconds),
  );
  const markets = series.flatMap((each) => {
    const band = bandOf(view, each);
    if (band === undefined) return [];
    const priceUusd = ((band.lowUusd + band.highUusd) / 10_000_000n) * 5_000_000n;
    return priceUusd < 200_000_000n ? [] : [{ symbol: each.symbol, priceUusd }];
  });
  if (markets.length < SERIES) throw new Error('too few series have prices');
  return markets.slice(0, SERIES);
}

function refused(data: Uint8Array): number {
  const [answer] = TxMsgData.decode(data).msgResponses;
  const { results } = clob.MsgBatchResponse.decode(answer!.value);
  return results.filter(({ code }) => code !== 0).length;
}

/** Microseconds an action, by kind and part. */
async function measure(size: number): Promise<Map<Kind, Parts>> {
  const users = ACTIONS / size;
  const makers = await Makers.create(users);
  const { chain } = makers;
  const timed = new Timed(chain.node.app);
  const spent = new Map<Kind, Parts>(KINDS.map((kind) => [kind, new Map()]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of KINDS) {
      timed.take();
      await chain.block();
      const idle = timed.take();
      const txs = makers.sign(kind, size, round);
      timed.check(txs);
      const { txResults } = await chain.block({ txs, unchecked: true });
      if (txResults.length !== users + 1) throw new Error('a proposal left batches out');
      for (const { code, log, data } of txResults.slice(1)) {
        if (code !== 0 || refused(data) > 0) throw new Error(`refused: ${log}`);
      }
      if (round >= WARM_UP) addBeyondIdle(spent.get(kind)!, timed.take(), idle);
    }
  }
  await chain.close();
  const actions = (ROUNDS - WARM_UP) * ACTIONS;
  const each = (parts: Parts) => new Map([...parts].map(([part, us]) => [part, us / actions]));
  return new Map(KINDS.map((kind) => [kind, each(spent.get(kind)!)]));
}

export async function run(emit: Emit): Promise<void> {
  // Once for the compiler alone.
  await measure(SIZES[1]!);
  for (const size of SIZES) {
    for (const [kind, parts] of await measure(size)) {
      const all = [...parts.values()].reduce((sum, us) => sum + us, 0);
      for (const [part, us] of [...parts, ['in all', all] as const]) {
        const value = Number(us.toFixed(1));
        emit({ name: `batch ${part}: ${kind}, ${size} actions`, value, unit: 'us' });
      }
    }
  }
}
