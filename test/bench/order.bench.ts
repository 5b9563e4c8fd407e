// What a signed order that rests costs the application of one node, by parts, and how far that
// depends on what its account holds and has resting: P2a. Real blocks with votes, on a database.
// CPU time of this process, less what the same block without orders takes.
import {
  accountsParams,
  applyFill,
  changeCash,
  openSubaccount,
  setMode,
} from '../../app/modules/accounts/index.ts';
import { accountOf } from '../../app/modules/auth/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { clobModule } from '../../app/modules/clob/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { Ctx, viewOf } from '../../app/runtime/context.ts';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { MsgPlaceOrder } from '../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { CHAIN_ID, TestChain } from '../harness/chain.ts';
import { UserKey } from '../harness/keys.ts';
import { Side, orderMsg } from '../harness/trading.ts';
import type { Emit } from './figure.ts';
import { Timed, addBeyondIdle } from './path/timed.ts';
import type { Parts } from './path/timed.ts';

export const name = 'order';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const ROUNDS = 12;
/** The first ones, in which the compiler is at work. */
const WARM_UP = 4;
/** Orders a block. */
const ORDERS = 200;
const CASH_UUSD = 1_000_000_000_000n;
/** Series that orders are for, timed ones and those that rest. */
const TRADED = 5;
const MOST_ORDERS = 1_000;

interface Size {
  readonly resting: number;
  readonly positions: number;
  readonly mode?: MarginMode;
  /** Each places the same number of orders in a block, 200 together. */
  readonly accounts?: number;
}

const SIZES: readonly Size[] = [
  { resting: 130, positions: 2 },
  { resting: 10, positions: 2 },
  // Two hundred accounts would fill the books.
  { resting: MOST_ORDERS, positions: 2, accounts: 20 },
  { resting: 10, positions: 20 },
  { resting: 10, positions: 200 },
  { resting: 10, positions: 2, mode: MARGIN_MODE_PORTFOLIO },
  { resting: 10, positions: 200, mode: MARGIN_MODE_PORTFOLIO },
];

/** Traders that hold and have resting as much as a size says. */
class Crowd {
  readonly chain: TestChain;
  readonly users: readonly UserKey[];
  readonly each: number;
  readonly #series: readonly Series[];

  private constructor(chain: TestChain, size: Size) {
    this.chain = chain;
    const accounts = size.accounts ?? ORDERS;
    this.users = Array.from({ length: accounts }, (_, n) => new UserKey(`trader${n}`));
    this.each = ORDERS / accounts;
    const ctx = this.#ctx();
    // Room for what rests beside the positions: caps together stay below 1,024.
    const wide = { maxSeriesStandard: 210, maxSeriesPortfolio: 210, maxOpenOrders: 800 };
    const most = 1_023 - MOST_ORDERS;
    const caps = { maxSeriesStandard: most, maxSeriesPortfolio: most, maxOpenOrders: MOST_ORDERS };
    const given = size.resting === MOST_ORDERS ? caps : wide;
    accountsParams.set(ctx, { ...accountsParams.get(ctx), ...given });
    this.#series = liveExpiries(ctx).flatMap(({ underlyingId, expirySeconds }) =>
      seriesOfExpiry(ctx, underlyingId, expirySeconds),
    );
    for (const [n, user] of this.users.entries()) this.#open(ctx, user, n, size);
  }

  static async create(size: Size): Promise<Crowd> {
    const chain = await TestChain.start({ alone: true });
    for (let i = 0; i < 40; i++) await chain.block();
    const crowd = new Crowd(chain, size);
    await chain.block();
    return crowd;
  }

  /** Writes to what the next block begins with. */
  #ctx(): Ctx {
    const { node, height, timeMs } = this.chain;
    return new Ctx(node.store.working, this.#header(height, timeMs));
  }

  #header(height: number, timeMs: number) {
    return { chainId: CHAIN_ID, height, timeMs, proposer: new Uint8Array(20) };
  }

  #open(ctx: Ctx, user: UserKey, n: number, { resting, positions, mode }: Size): void {
    mintCoins(ctx, user.address, UUSD, CASH_UUSD);
    const { id } = openSubaccount(ctx, user.address, 0);
    changeCash(ctx, id, CASH_UUSD);
    for (let k = 0; k < positions; k++) {
      const { id: seriesId } = this.#series[(n * 7 + k * 3) % this.#series.length]!;
      const quantityDelta = BigInt(((n + k) % 2 === 0 ? 1 : -1) * 1_000 * (1 + (k % 5)));
      applyFill(ctx, { subaccountId: id, seriesId, quantityDelta, cashDeltaUusd: 0n });
    }
    if (mode !== undefined) setMode(ctx, id, mode);
    const place = clobModule.msgs.find(({ codec }) => codec.typeUrl === MsgPlaceOrder.typeUrl)!;
    // The timed orders come beside them.
    for (let k = 0; k < resting - ROUNDS * this.each && k >= 0; k++) {
      place.execute(ctx, MsgPlaceOrder.decode(this.#order(user, n + k).value));
    }
  }

  #order(user: UserKey, k: number) {
    const { symbol } = this.#series[(k % TRADED) * 31]!;
    return orderMsg(user, { series: symbol, side: Side.SIDE_BUY, size: 0.1, price: 1 + (k % 50) });
  }

  /** A block's orders of everybody, signed. */
  orders(round: number): Uint8Array[] {
    const { node, height, timeMs } = this.chain;
    const view = viewOf(node.store.committed!.state, this.#header(height, timeMs));
    return this.users.flatMap((user, n) => {
      const { accountNumber, sequence } = accountOf(view, user.address)!;
      return Array.from({ length: this.each }, (_, k) =>
        user.signTx([this.#order(user, n + k + round)], {
          ...{ chainId: CHAIN_ID, accountNumber, sequence: sequence + BigInt(k) },
          ...{ gasLimit: 60_000n, fee: [] },
        }),
      );
    });
  }
}

/** Microseconds an order, by part. */
async function measure(size: Size): Promise<Parts> {
  const crowd = await Crowd.create(size);
  const { chain } = crowd;
  const timed = new Timed(chain.node.app);
  const sums: Parts = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    timed.take();
    await chain.block();
    const idle = timed.take();
    const txs = crowd.orders(round);
    timed.check(txs);
    const { txResults } = await chain.block({ txs, unchecked: true });
    const refused = txResults.find(({ code }) => code !== 0);
    if (refused !== undefined) throw new Error(`an order was refused: ${refused.log}`);
    if (txResults.length !== ORDERS + 1) throw new Error('a proposal left orders out');
    if (round < WARM_UP) continue;
    addBeyondIdle(sums, timed.take(), idle);
  }
  await chain.close();
  const orders = (ROUNDS - WARM_UP) * ORDERS;
  return new Map([...sums].map(([part, us]) => [part, us / orders]));
}

const labelOf = ({ resting, positions, mode = MARGIN_MODE_STANDARD }: Size): string =>
  `${resting} resting, ${positions} positions` +
  (mode === MARGIN_MODE_PORTFOLIO ? ', portfolio' : '');

export async function run(emit: Emit): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  // Once for the compiler alone.
  await measure(SIZES[1]!);
  let first: number | undefined;
  for (const size of SIZES) {
    const parts = await measure(size);
    for (const [part, us] of parts) {
      emit({ name: `order ${part}, ${labelOf(size)}`, value: round(us), unit: 'us' });
    }
    const total = [...parts.values()].reduce((sum, us) => sum + us, 0);
    first ??= total;
    const peer = { peer: labelOf(SIZES[0]!), peerValue: round(first), ratio: round(total / first) };
    emit({ name: `order in all, ${labelOf(size)}`, value: round(total), unit: 'us', ...peer });
  }
}
