// What an action of a batch costs the application of one node, at three sizes of a batch: reading,
// checking and executing signed transactions, of which every action must be taken. CPU time.
import { accountsParams, changeCash, openSubaccount } from '../../app/modules/accounts/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { Execution } from '../harness/execution.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { Side, orderMsg } from '../harness/trading.ts';
import type { Emit } from './figure.ts';

export const name = 'batch';

const SIZES = [10, 50, 100];
const ROUNDS = 12;
const WARM_UP = 4;
const USERS = 10;
const CASH_UUSD = 1_000_000_000_000n;
/** A quote of a market maker: the next batch moves them all. */
const KINDS = ['place', 'replace', 'cut', 'cancel'] as const;
type Kind = (typeof KINDS)[number];

class Makers {
  readonly chain = new Execution();
  readonly users = Array.from({ length: USERS }, (_, n) => new UserKey(`maker${n}`));
  readonly symbols: readonly string[];

  constructor() {
    const { chain } = this;
    for (let i = 0; i < 10; i++) chain.block();
    const { ctx } = chain;
    accountsParams.set(ctx, { ...accountsParams.get(ctx), maxOpenOrders: 500 });
    for (const { address } of this.users) {
      mintCoins(ctx, address, UUSD, CASH_UUSD);
      changeCash(ctx, openSubaccount(ctx, address, 0).id, CASH_UUSD);
    }
    this.symbols = liveExpiries(ctx)
      .flatMap(({ underlyingId, expirySeconds }) =>
        seriesOfExpiry(ctx, underlyingId, expirySeconds),
      )
      .slice(0, 20)
      .map(({ symbol }) => symbol);
    chain.state.takeChanges();
  }

  /** Each user's batch, signed; names are the client's. */
  sign(kind: Kind, size: number, round: number): Uint8Array[] {
    return this.users.map((user) => {
      const actions = Array.from({ length: size }, (_, k) => this.#action(kind, k, round));
      const msg = { sender: user.address, subaccount: 0, actions };
      const sequence = this.chain.sequence(user) ?? 0n;
      return this.chain.sign(user, [anyOf(clob.MsgBatch, msg)], {
        sequence,
        fee: [],
        gasLimit: 0n,
      });
    });
  }

  #action(kind: Kind, k: number, round: number): clob.BatchAction {
    const clientOrderId = `${round}.${k}`;
    const named = { sender: '', subaccount: 0, orderId: 0n, clientOrderId };
    if (kind === 'cancel') return { cancel: named };
    if (kind === 'cut') return { replace: { ...named, priceUusd: 0n, quantity: 1_000n } };
    if (kind === 'replace') {
      return { replace: { ...named, priceUusd: 2_000_000n, quantity: 2_000n } };
    }
    const series = this.symbols[k % this.symbols.length]!;
    const args = { series, side: Side.SIDE_BUY, size: 0.1, price: 1 };
    const { value } = orderMsg(this.users[0]!, args, { clientOrderId });
    return { place: { ...clob.MsgPlaceOrder.decode(value), sender: '' } };
  }
}

function refused(data: Uint8Array): number {
  const [answer] = TxMsgData.decode(data).msgResponses;
  const { results } = clob.MsgBatchResponse.decode(answer!.value);
  return results.filter(({ code }) => code !== 0).length;
}

/** Microseconds an action, by kind. */
function measure(size: number): Map<Kind, number> {
  const makers = new Makers();
  const { chain } = makers;
  const spent = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of KINDS) {
      chain.wait(60_000);
      const txs = makers.sign(kind, size, round);
      const before = process.cpuUsage();
      const answers = txs.map((tx) => chain.run(tx));
      const { user, system } = process.cpuUsage(before);
      if (round >= WARM_UP) spent.set(kind, spent.get(kind)! + user + system);
      for (const { code, log, data } of answers) {
        if (code !== 0 || refused(data) > 0) throw new Error(`refused: ${log}`);
      }
    }
    chain.state.takeChanges();
  }
  const actions = (ROUNDS - WARM_UP) * USERS * size;
  return new Map(KINDS.map((kind) => [kind, spent.get(kind)! / actions]));
}

export function run(emit: Emit): void {
  for (const size of SIZES) {
    for (const [kind, value] of measure(size)) {
      emit({
        name: `batch: ${kind}, ${size} actions`,
        value: Number(value.toFixed(1)),
        unit: 'µs',
      });
    }
  }
}
