import { agree } from './model/model.ts';
import type { Model } from './model/model.ts';
import * as matching from './model/matching.ts';
import { UNITS } from './model/types.ts';
import type { Account, Quotes } from './model/types.ts';

type Value = (key: string) => string;

const ownedBy = (model: Model, owner: string): Account =>
  [...model.accounts.values()].find((account) => account.owner === owner)!;

const CENT = 10_000n;

/**
 * A leg of an account under liquidation was closed against the other side: at the mark or worse for
 * that side, inside what the option can be worth (venue §7). Returns who was on the other side.
 */
export function deleveraged(model: Model, quotes: Quotes, value: Value): Account {
  const account = ownedBy(model, value('owner'));
  const other = ownedBy(model, value('counterparty'));
  const series = [...model.series.values()].find((s) => s.symbol === value('series'))!;
  agree(account.isFlagged, `${account.id} was deleveraged without a flag`);
  const [quantity, priceUusd] = [BigInt(value('quantity')), BigInt(value('price_uusd'))];
  const isBuy = value('side') === 'buy';
  const held = account.positions.get(series.id) ?? 0n;
  const opposite = other.positions.get(series.id) ?? 0n;
  const size = (units: bigint) => (units < 0n ? -units : units);
  agree(held < 0n === isBuy && size(held) >= quantity, `${account.id} closes what it has not`);
  agree(opposite < 0n !== isBuy && size(opposite) >= quantity, `${other.id} is not opposite`);
  const markUusd = BigInt(Math.round(quotes.mark(series) * 1e6));
  agree(
    isBuy ? priceUusd <= markUusd + CENT : priceUusd >= markUusd - CENT,
    `${other.id} was deleveraged at ${priceUusd}, better than the mark ${markUusd}`,
  );
  const most = series.isCall ? quotes.indexUusd(series.underlyingId) + CENT : series.strikeUusd;
  agree(priceUusd >= 0n && priceUusd <= most, `${priceUusd} is no price of ${series.symbol}`);
  const premium = (priceUusd * quantity) / UNITS;
  model.exchange(isBuy ? account : other, isBuy ? other : account, series, quantity, premium);
  return other;
}

const REFUSALS = ['margin', 'price_band', 'reduce_only'];

/** A maker that could not take the fill of a liquidation’s order leaves the book. */
export function refused(model: Model, quotes: Quotes, wanted: bigint, value: Value): void {
  if (!REFUSALS.includes(value('reason'))) return;
  const id = BigInt(value('order_id'));
  const maker = [...ownedBy(model, value('owner')).orders].find((order) => order.id === id);
  if (maker === undefined) return;
  const { priceUusd, left } = maker;
  const quantity = wanted < left ? wanted : left;
  const refusal = matching.makerRefusal(quotes, { maker, priceUusd, quantity });
  agree(refusal !== null, `${id} left the book, and could have been filled`);
  matching.remove(model.book(maker.series), maker);
}

/** A fund paid for an account under liquidation, and not more than it had. */
export function fundPaid(model: Model, value: Value): void {
  const account = model.accounts.get(BigInt(value('subaccount_id')))!;
  const [id, amount] = [Number(value('underlying_id')), BigInt(value('amount_uusd'))];
  agree(account.isFlagged, `a fund paid ${account.id}, which has no flag`);
  const left = (model.fundsUusd.get(id) ?? 0n) - amount;
  agree(left >= 0n, `fund ${id} paid ${amount}, ${left} more than it had`);
  agree(left === BigInt(value('balance_uusd')), `fund ${id} has ${value('balance_uusd')}`);
  model.fundsUusd.set(id, left);
  account.cashUusd += amount;
}

/** A gain had its part in a loss that no fund could pay. Returns who paid. */
export function lossShared(model: Model, value: Value): Account {
  const account = ownedBy(model, value('owner'));
  const payer = ownedBy(model, value('payer'));
  const amount = BigInt(value('amount_uusd'));
  agree(account.positions.size === 0, `${account.id} still holds something to close`);
  agree(account.cashUusd + amount <= 0n, `${account.id} does not owe ${amount}`);
  agree(payer.cashUusd >= amount, `${payer.id} has no ${amount} to share a loss`);
  payer.cashUusd -= amount;
  account.cashUusd += amount;
  return payer;
}
