import { agree } from './disagreement.ts';
import { coverOf } from './covered.ts';
import { takeFromFund } from './inABlock.ts';
import type { Bounds } from './inABlock.ts';
import type { BlockEnd, Liquidations } from './liquidation.ts';
import { legWeights, markUusd, standingOf } from './standing.ts';
import { absolute, ceilOf, CLOSE_UUSD, least, UNITS } from './types.ts';
import type { Account, Quotes, Series } from './types.ts';
import type { Tally } from '../tally.ts';

/** What the chain tells first of it. */
export const DELEVERAGING = ['deleveraged', 'fund_paid'];

/**
 * The last means (venue §7, ADR 100): legs close one by one against the other side, shorts first,
 * at the marks worsened by their shares of what the funds cannot pay.
 */
export function deleverage(
  all: Liquidations,
  account: Account,
  end: BlockEnd,
  bounds: Bounds,
  tally: Tally,
): void {
  const { quotes } = end;
  const needed = new Set<bigint>();
  while (bounds.looks > 0) {
    const standing = standingOf(account, quotes);
    const isShort = (off: bigint) => standing.bufferMarginUusd + off < 0n;
    if (!all.goesOn(account.id, isShort, end, DELEVERAGING)) return;
    const next = nextLeg(account, end, needed);
    if (next === undefined) return;
    const worth = closingWorth(account, end);
    let owed = worth < 0n ? -worth : 0n;
    if (owed > 0n) {
      for (const [id, uusd] of all.split(account, owed, quotes)) {
        owed -= takeFromFund(all, account, id, uusd, end);
      }
    }
    const weights = legWeights(account, quotes);
    const sum = [...weights.values()].reduce((total, weight) => total + weight, 0n);
    const share = sum === 0n ? owed / BigInt(weights.size) : (owed * weights.get(next.id)!) / sum;
    // Weights are sums of doubles, too: what they share out is off by as much for each of it.
    const play = sum === 0n ? CLOSE_UUSD : CLOSE_UUSD + (owed * CLOSE_UUSD) / sum;
    if (!closeLeg(all, account, next, share, { end, bounds, tally, play })) needed.add(next.id);
  }
}

/** What an account is worth when each leg is closed at its mark in whole uusd a contract. */
function closingWorth({ cashUusd, positions }: Account, end: BlockEnd): bigint {
  const { quotes, isPriceSettledIn } = end;
  let sum = cashUusd;
  for (const [id, quantity] of positions) {
    const series = quotes.series(id);
    if (!quotes.trades(series) || !isPriceSettledIn(series)) {
      sum += BigInt(Math.floor(Number(quantity) * 100 * quotes.mark(series)));
    } else if (quantity < 0n) sum -= (-quantity * markUusd(quotes, series)) / UNITS;
    else sum += ceilOf(quantity * markUusd(quotes, series), UNITS);
  }
  return sum;
}

function nextLeg(
  { positions }: Account,
  { quotes, isPriceSettledIn }: BlockEnd,
  needed: ReadonlySet<bigint>,
): Series | undefined {
  const order = [...positions]
    .filter(([id]) => !needed.has(id) && quotes.trades(quotes.series(id)))
    .filter(([id]) => isPriceSettledIn(quotes.series(id)))
    .sort(([a, p], [b, q]) => Number(q < 0n) - Number(p < 0n) || Number(a - b));
  return order[0] === undefined ? undefined : quotes.series(order[0][0]);
}

/**
 * What a whole leg closes for: its value at the mark, worse for others by a share of what is owed,
 * inside what an option can be worth. To the unit, so that nothing stays with who failed.
 */
function premiumFor(series: Series, held: bigint, owed: bigint, quotes: Quotes): bigint {
  const mark = markUusd(quotes, series);
  const size = absolute(held);
  if (held < 0n) {
    const value = (size * mark) / UNITS;
    return value > owed ? value - owed : 0n;
  }
  const cap = series.isCall ? quotes.indexUusd(series.underlyingId) : series.strikeUusd;
  return least(ceilOf(size * mark, UNITS) + owed, (size * cap) / UNITS);
}

interface Doing {
  readonly end: BlockEnd;
  readonly bounds: Bounds;
  readonly tally: Tally;
  /** How far a premium may be off, in uusd. */
  readonly play: bigint;
}

/** Whether all of a leg could be closed. */
function closeLeg(
  { model }: Liquidations,
  account: Account,
  series: Series,
  owed: bigint,
  { end, bounds, tally, play }: Doing,
): boolean {
  const { quotes, told } = end;
  const held = account.positions.get(series.id)!;
  const isBuy = held < 0n;
  const size = absolute(held);
  const whole = premiumFor(series, held, owed, quotes);
  const upTo = (units: bigint) => (whole * units) / size;
  let left = size;
  for (const other of opposite(model.accounts.values(), account, series, quotes, bounds)) {
    const quantity = least(left, absolute(other.positions.get(series.id)!));
    const wanted = upTo(size - left + quantity) - upTo(size - left);
    const change = { series, quantity: isBuy ? -quantity : quantity };
    if (!staysCovered(other, change, isBuy ? wanted : -wanted, quotes)) continue;
    const { of } = told.take('deleveraged', account.id, `(${series.symbol})`);
    const said = `${of('quantity')} ${of('series')} of ${of('counterparty')}`;
    const own = `${quantity} ${series.symbol} of ${other.owner}`;
    agree(said === own, `${said} deleveraged, by the rules ${own}`);
    agree(of('side') === (isBuy ? 'buy' : 'sell'), `${own}: ${of('side')}`);
    const premium = BigInt(of('premium_uusd'));
    agree(absolute(premium - wanted) <= play, `${own} for ${premium}, by the rules ${wanted}`);
    model.exchange(isBuy ? account : other, isBuy ? other : account, series, quantity, premium);
    tally.deleveraged++;
    left -= quantity;
    if (left === 0n) break;
  }
  return left === 0n;
}

/** A covered account gives nothing that covers it. */
function staysCovered(
  other: Account,
  position: { readonly series: Series; readonly quantity: bigint },
  cashUusd: bigint,
  quotes: Quotes,
): boolean {
  if (other.mode !== 'covered') return true;
  return coverOf(other, quotes, { cashUusd, position }).maintenanceUusd >= 0n;
}

/**
 * Who is on the other side, in the order in which they go: the most profit over cost, times (a
 * loss: divided by) notional over cash; who is under liquidation last; else the lower id.
 */
function opposite(
  accounts: Iterable<Account>,
  account: Account,
  series: Series,
  quotes: Quotes,
  bounds: Bounds,
): Account[] {
  const { underlyingId, expirySeconds } = series;
  const held = account.positions.get(series.id)!;
  const found: (readonly [Account, number])[] = [];
  for (const other of accounts) {
    const ids = [...other.positions.keys()].map((id) => quotes.series(id));
    const isIn = (s: Series) =>
      s.underlyingId === underlyingId && s.expirySeconds === expirySeconds;
    if (ids.some(isIn)) bounds.looks--;
    const quantity = other.positions.get(series.id) ?? 0n;
    if (other === account || quantity === 0n || quantity < 0n === held < 0n) continue;
    found.push([other, scoreOf(other, series, quantity, quotes)]);
  }
  return found
    .sort(([a, x], [b, y]) => {
      const [p, q] = [a, b].map(({ liquidation }) => Number(liquidation !== null));
      return p! - q! || y - x || Number(a.id - b.id);
    })
    .map(([other]) => other);
}

function scoreOf(
  { costs, cashUusd }: Account,
  series: Series,
  quantity: bigint,
  quotes: Quotes,
): number {
  const cost = costs.get(series.id)!;
  const value = (quantity * markUusd(quotes, series)) / UNITS;
  const notional = ceilOf(absolute(quantity) * quotes.indexUusd(series.underlyingId), UNITS);
  const profit = Number(value - cost) / (Number(absolute(cost)) + 1);
  const leverage = (Number(notional) + 1) / (Math.max(Number(cashUusd), 0) + 1);
  return profit > 0 ? profit * leverage : profit / leverage;
}
