import { agree } from './disagreement.ts';
import type { BlockEnd, Liquidations } from './liquidation.ts';
import { CLOSE_UUSD, isClose, least } from './types.ts';
import type { Account, Quotes } from './types.ts';

/** What is left of the bounds of a block. */
export interface Bounds {
  looks: number;
  steps: number;
}

/** As much of an amount as a fund may pay today; the chain has to say the same. */
export function takeFromFund(
  { model }: Liquidations,
  account: Account,
  id: number,
  wantedUusd: bigint,
  { quotes, told }: BlockEnd,
): bigint {
  const fund = model.funds.of(id);
  const most = least(wantedUusd, fund.payable(quotes.timeMs));
  // A uusd decides whether it is anything at all, beside what another fund pays.
  const isPaid =
    told.isNext('fund_paid', account.id) && told.next!.of('underlying_id') === String(id);
  if (most <= CLOSE_UUSD && !isPaid) return 0n;
  const { of } = told.take('fund_paid', account.id, `(${most})`);
  const amount = BigInt(of('amount_uusd'));
  agree(isClose(amount, most), `fund ${id} paid ${amount} for ${account.id}, by the rules ${most}`);
  agree(of('underlying_id') === String(id), `fund ${of('underlying_id')} paid, not ${id}`);
  agree(fund.pay(amount, quotes.timeMs) === amount, `fund ${id} paid more than it may`);
  agree(of('balance_uusd') === String(fund.balanceUusd), `fund ${id} has ${of('balance_uusd')}`);
  account.cashUusd += amount;
  return amount;
}

/** Whether all prices that the margin of an account rests on may be acted on. */
export const isSettledIn = (
  { positions, mode }: Account,
  { quotes, isPriceSettledIn }: Pick<BlockEnd, 'quotes' | 'isPriceSettledIn'>,
): boolean =>
  [...positions]
    .filter(([, quantity]) => mode === 'portfolio' || quantity < 0n)
    .every(([id]) => isPriceSettledIn(quotes.series(id)));

export const isTrading = ({ positions }: Account, quotes: Quotes): boolean =>
  [...positions.keys()].every((id) => quotes.trades(quotes.series(id)));

/**
 * Each account once, by id, on from where the round before ended, as far as the budget goes.
 * Returns where the next one goes on; 0 when all had their turn.
 */
export function around(
  accounts: readonly Account[],
  after: bigint,
  budget: number,
  visit: (account: Account) => number | undefined,
): bigint {
  const order = [
    ...accounts.filter(({ id }) => id > after),
    ...accounts.filter(({ id }) => id <= after),
  ];
  let [left, last] = [budget, after];
  for (const account of order) {
    const cost = left > 0 ? visit(account) : undefined;
    if (cost === undefined) return last;
    left -= cost;
    last = account.id;
  }
  return 0n;
}
