// What a signed order that rests costs the application of one node, by parts, and how far that
// depends on what its account holds and has resting. CPU time of this process.
import {
  accountsParams,
  applyFill,
  changeCash,
  openSubaccount,
  setMode,
} from '../../app/modules/accounts/index.ts';
import { UUSD, mintCoins } from '../../app/modules/bank/index.ts';
import { clobModule } from '../../app/modules/clob/index.ts';
import { assertOrderMargin } from '../../app/modules/margin/index.ts';
import { liveExpiries, seriesOfExpiry } from '../../app/modules/options/index.ts';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { MsgPlaceOrder } from '../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { Execution } from '../harness/execution.ts';
import { UserKey } from '../harness/keys.ts';
import { Side, orderMsg } from '../harness/trading.ts';
import type { Emit } from './figure.ts';

export const name = 'order';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const USERS = 20;
const ROUNDS = 15;
const ORDERS_EACH = 10;
const CASH_UUSD = 1_000_000_000_000n;
/** Series that the timed orders are for, and those that the others rest in. */
const TRADED = 5;
const MOST_ORDERS = 1_000;

interface Size {
  readonly resting: number;
  readonly positions: number;
  readonly mode: typeof MARGIN_MODE_PORTFOLIO | typeof MARGIN_MODE_STANDARD;
}

const sized = (resting: number, positions: number, mode: Size['mode'] = MARGIN_MODE_STANDARD) => ({
  ...{ resting, positions, mode },
});

const SIZES: readonly Size[] = [
  ...[sized(10, 2), sized(130, 2), sized(MOST_ORDERS, 2)],
  ...[sized(10, 20), sized(10, 200)],
  ...[sized(10, 2, MARGIN_MODE_PORTFOLIO), sized(10, 200, MARGIN_MODE_PORTFOLIO)],
];

/** Traders that hold and have resting as much as a size says. */
class Crowd {
  readonly chain = new Execution();
  readonly users = Array.from({ length: USERS }, (_, n) => new UserKey(`trader${n}`));
  readonly series: readonly Series[];
  readonly ids: readonly bigint[];

  constructor(size: Size) {
    const { chain } = this;
    for (let i = 0; i < 40; i++) chain.block();
    // Room for a thousand orders beside the positions: caps together stay below 1,024.
    const caps = { maxSeriesStandard: 1_023 - MOST_ORDERS, maxOpenOrders: MOST_ORDERS };
    const room = { maxSeriesPortfolio: caps.maxSeriesStandard };
    const wide = { maxSeriesStandard: 210, maxSeriesPortfolio: 210, maxOpenOrders: 800 };
    const given = size.resting === MOST_ORDERS ? { ...caps, ...room } : wide;
    accountsParams.set(chain.ctx, { ...accountsParams.get(chain.view), ...given });
    this.series = liveExpiries(chain.view).flatMap(({ underlyingId, expirySeconds }) =>
      seriesOfExpiry(chain.view, underlyingId, expirySeconds),
    );
    this.ids = this.users.map((user, n) => this.#open(user, n, size));
    chain.state.takeChanges();
  }

  #open(user: UserKey, n: number, { resting, positions, mode }: Size): bigint {
    const { ctx } = this.chain;
    mintCoins(ctx, user.address, UUSD, CASH_UUSD);
    const { id } = openSubaccount(ctx, user.address, 0);
    changeCash(ctx, id, CASH_UUSD);
    for (let k = 0; k < positions; k++) {
      const { id: seriesId } = this.series[(n * 7 + k * 3) % this.series.length]!;
      const quantityDelta = BigInt(((n + k) % 2 === 0 ? 1 : -1) * 1_000 * (1 + (k % 5)));
      applyFill(ctx, { subaccountId: id, seriesId, quantityDelta, cashDeltaUusd: 0n });
    }
    if (mode === MARGIN_MODE_PORTFOLIO) setMode(ctx, id, mode);
    const place = clobModule.msgs.find(({ codec }) => codec.typeUrl === MsgPlaceOrder.typeUrl)!;
    // The timed orders come beside them: one stays free for each.
    for (let k = 0; k < resting - ORDERS_EACH; k++) {
      place.execute(ctx, MsgPlaceOrder.decode(this.#order(user, k).value));
    }
    return id;
  }

  #order(user: UserKey, k: number) {
    const { symbol } = this.series[(k % TRADED) * 31]!;
    return orderMsg(user, { series: symbol, side: Side.SIDE_BUY, size: 0.1, price: 1 + (k % 50) });
  }

  /** Orders of everybody, signed. */
  orders(count: number): Uint8Array[] {
    const { chain, users } = this;
    return users.flatMap((user) => {
      const first = chain.sequence(user) ?? 0n;
      return Array.from({ length: count }, (_, k) =>
        chain.sign(user, [this.#order(user, k)], { sequence: first + BigInt(k), fee: [] }),
      );
    });
  }
}

function timed(parts: Map<string, number>, part: string, work: () => void): void {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  parts.set(part, (parts.get(part) ?? 0) + user + system);
}

/** Microseconds an order, by part. */
function measure(size: Size): Map<string, number> {
  const crowd = new Crowd(size);
  const { chain } = crowd;
  let parts = new Map<string, number>();
  const run = (tx: Uint8Array, mode: 'check' | 'deliver') => {
    const { code, log } = chain.run(tx, mode);
    if (code !== 0) throw new Error(`an order was refused: ${log}`);
  };
  const each = ORDERS_EACH;
  for (let round = 0; round < ROUNDS; round++) {
    // The first rounds warm up.
    if (round === ROUNDS / 3) parts = new Map();
    chain.wait(1_000);
    const txs = crowd.orders(each);
    const start = chain.state.mark();
    timed(parts, 'CheckTx', () => txs.forEach((tx) => run(tx, 'check')));
    chain.state.rollback(start);
    chain.wait(1);
    timed(parts, 'FinalizeBlock', () => txs.forEach((tx) => run(tx, 'deliver')));
    const seriesId = crowd.series[0]!.id;
    const order = { seriesId, isBuy: true, quantity: 1_000n, priceUusd: 1_000_000n };
    timed(parts, 'of it judgement', () => {
      for (let k = 0; k < each; k++) {
        for (const id of crowd.ids) assertOrderMargin(chain.view, id, order);
      }
    });
    chain.state.rollback(start);
  }
  const orders = (ROUNDS - ROUNDS / 3) * USERS * each;
  return new Map([...parts].map(([part, us]) => [part, us / orders]));
}

const labelOf = ({ resting, positions, mode }: Size): string =>
  `${resting} resting, ${positions} positions` +
  (mode === MARGIN_MODE_PORTFOLIO ? ', portfolio' : '');

export function run(emit: Emit): Promise<void> {
  const round = (value: number) => Number(value.toPrecision(4));
  // Once for the compiler alone.
  measure(SIZES[0]!);
  let least: number | undefined;
  for (const size of SIZES) {
    const parts = measure(size);
    for (const [part, us] of parts) {
      emit({ name: `order ${part}, ${labelOf(size)}`, value: round(us), unit: 'us' });
    }
    const total = parts.get('CheckTx')! + parts.get('FinalizeBlock')!;
    least ??= total;
    const peer = { peer: labelOf(SIZES[0]!), peerValue: round(least), ratio: round(total / least) };
    emit({ name: `order in all, ${labelOf(size)}`, value: round(total), unit: 'us', ...peer });
  }
  return Promise.resolve();
}
