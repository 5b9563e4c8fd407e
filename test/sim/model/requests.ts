import { bidsCost } from './bidsCost.ts';
import { agree } from './disagreement.ts';
import { judge, TOLERANCE_USD } from './margin.ts';
import { DUST_UUSD } from './model.ts';
import type { Model } from './model.ts';
import { nameOf, reservedBy, takerOf } from './newOrder.ts';
import type { NewOrder } from './newOrder.ts';
import { absolute } from './types.ts';
import type { Account, Mode, Quotes, Series } from './types.ts';

/** A bid, taken or refused because the cash for it and the others is not there (ADR 077). */
export function judgeBidCash(order: NewOrder, quotes: Quotes, isTaken: boolean): void {
  if (!order.isBuy) return;
  const { account, quantity } = order;
  const left = order.isReduceOnly ? 0n : quantity;
  const own = { ...reservedBy(order, takerOf(order, 0n)), left };
  const isThere = account.cashUusd >= bidsCost(account, quotes, [own]);
  // How much of a reduce-only order counts is found later.
  if (isTaken || !order.isReduceOnly) agree(isThere === isTaken, `cash for ${nameOf(order)}`);
}

export function withdraw(
  model: Model,
  account: Account,
  amountUusd: bigint,
  quotes: Quotes,
  code: string,
): void {
  const isDone = code === 'done';
  const left = account.cashUusd - amountUusd;
  const ids = new Set([
    ...[...account.positions.keys()].map((id) => quotes.series(id).underlyingId),
    ...[...account.orders].map(({ series }) => series.underlyingId),
  ]);
  const isLive =
    account.mode === 'covered' || livesOn(account, quotes).every(model.feeds.isPriceFresh);
  const isPaused = left >= 0n && (!isLive || [...ids].some((id) => model.isPaused(id)));
  const what = `withdrawal of ${amountUusd} from ${account.id}: ${code}`;
  if (isPaused !== (code === 'margin/2')) {
    // Risks are whole uusd of sums of doubles.
    const near = [...ids].some((id) => isNearPause(model, id));
    agree(near, `${what}, ${isPaused ? 'and' : 'and not'} paused by the rules`);
    model.undecided++;
  }
  if (code === 'margin/2') return;
  const { initial } = judge(account, quotes, { cashUusd: -amountUusd });
  const verdict =
    left < bidsCost(account, quotes) || initial < -TOLERANCE_USD
      ? 'no'
      : initial >= TOLERANCE_USD
        ? 'yes'
        : 'maybe';
  model.fits(verdict, isDone, what);
  if (!isDone) return;
  account.cashUusd -= amountUusd;
  model.paidInUusd -= amountUusd;
}

/** Series whose prices its margin rests on. */
const livesOn = ({ positions, orders }: Account, quotes: Quotes): Series[] => [
  ...[...positions.keys()].map((id) => quotes.series(id)),
  ...[...orders].map(({ series }) => series),
];

function isNearPause(model: Model, id: number): boolean {
  const over = model.atRisk(id) - model.funds.of(id).balanceUusd - DUST_UUSD;
  return absolute(over) <= 4n * BigInt(model.accounts.size);
}

/** A switch needs the initial margin of both sets of rules (ADR 063, 105). */
export function switchMode(
  model: Model,
  account: Account,
  mode: Mode,
  quotes: Quotes,
  isDone: boolean,
): void {
  const margins = [account.mode, mode].map((rules) => judge(account, quotes, {}, rules).initial);
  const lower = Math.min(...margins);
  const verdict = Math.abs(lower) < TOLERANCE_USD ? 'maybe' : lower > 0 ? 'yes' : 'no';
  // A covered account has no groups (ADR 114).
  const isQuoting = account.groups.some((group) => group.quotes.length > 0);
  const isBarred = mode === 'covered' && isQuoting;
  const rests = [account.mode, mode].some((rules) => rules !== 'covered')
    ? livesOn(account, quotes)
    : [];
  const isLive = rests.every(model.feeds.isPriceFresh);
  const quoted = account.groups.flatMap((group) => group.quotes);
  const isSure = quoted.every(({ series }) => quotes.doubt(series) === undefined);
  const isOpen =
    account.liquidation === null && account.mode !== mode && !isBarred && isLive && isSure;
  model.fits(isOpen ? verdict : 'no', isDone, `switch of ${account.id} to ${mode}`);
  if (isDone) account.mode = mode;
}
