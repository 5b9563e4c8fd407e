import type { Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import {
  applyTrade,
  getSubaccount,
  holdersOfExpiry,
  isFlagged,
  payFromFund,
  payableOf,
  positionOf,
} from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { markOf, markUusdOf, staysCovered } from '../../margin/index.ts';
import { deleveragePremium, splitByWeight } from '../../margin/core/index.ts';
import { UNITS_PER_CONTRACT, absolute, ceilDiv, minOf } from '../../options/core/index.ts';
import { seriesById } from '../../options/index.ts';
import { indexUusdOf } from '../../oracle/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import { rankOpposite } from '../core/index.ts';
import type { Leg, Opposite } from '../core/index.ts';
import { healthOf } from '../health.ts';
import type { Health } from '../health.ts';
import { holdingsOf } from '../holdings.ts';
import { namesOf } from '../names.ts';
import { AUCTION_KIND_INSOLVENT, ageOf } from './auction.ts';
import { splitByUnderlying } from './risk.ts';

/** uusd of a unit of 1e-4 contracts at a dollar. */
const USD_A_UNIT = 100;

/**
 * Whether nobody will take the account over any more: its auction is at its end, or it owes more
 * than a fund can pay who does.
 */
export function isDue(view: View, flag: Flag, health: Health, { core }: BlockRules): boolean {
  const { auction } = flag;
  if (auction === undefined || health.isPartial) return false;
  const { sinceStart, sinceBreach } = ageOf(view, auction);
  const solventBlocks = core.fastDuration + core.slowDuration;
  if (sinceBreach >= solventBlocks + core.insolventDuration) return true;
  if (auction.kind !== AUCTION_KIND_INSOLVENT) return sinceStart >= solventBlocks;
  if (sinceStart >= core.insolventDuration) return true;
  // The book has had its chance first.
  return flag.lastStepHeight > 0n && isBeyondFunds(view, flag, health);
}

function isBeyondFunds(view: View, flag: Flag, health: Health): boolean {
  const { markToMarketUusd } = health;
  if (markToMarketUusd >= 0n) return false;
  const account = defined(getSubaccount(view, flag.subaccountId), 'a flagged subaccount');
  const parts = splitByUnderlying(view, flag, account, health, -markToMarketUusd);
  return parts.some(({ underlyingId, uusd }) => uusd > payableOf(view, underlyingId));
}

/** How many positions may be looked at in a block. */
export interface Looks {
  left: number;
}

/**
 * Closes legs of a subaccount one after another against the opposite side, until it is healthy,
 * holds nothing, or the looks of the block are used up. What it owes beyond its marks is paid by
 * the funds as far as they can; the rest worsens the marks, each leg by its share of A. Shorts go
 * first, so that the account risks nothing while it has longs left. A leg stays where only covered
 * accounts are on the other side, who need it.
 */
export function deleverage(ctx: Ctx, flag: Flag, rules: BlockRules, looks: Looks): Health {
  const needed = new Set<bigint>();
  for (;;) {
    const account = defined(getSubaccount(ctx, flag.subaccountId), 'a flagged subaccount');
    const health = defined(healthOf(ctx, account, rules), 'health at the same prices');
    if (health.bufferMarginUusd >= 0n || looks.left <= 0) return health;
    const [next, weights] = legToClose(ctx, health, needed);
    if (next === undefined) return health;
    const owedUusd = coveredByFunds(ctx, flag, health);
    const deficitUusd = splitByWeight(owedUusd, weights)[0]!;
    if (!closeLeg(ctx, flag, next, deficitUusd, looks)) needed.add(next.seriesId);
  }
}

/** The first leg that trades, with the weights of all legs, its own first. */
function legToClose(
  view: View,
  health: Health,
  needed: ReadonlySet<bigint>,
): readonly [Leg | undefined, bigint[]] {
  const isOpen = ({ seriesId, isTradable }: Leg): boolean => isTradable && !needed.has(seriesId);
  const legs = holdingsOf(view, health)
    .filter(({ isWhole }) => !isWhole)
    .flatMap(({ legs: held, requirementAfter, isPortfolio }) =>
      held.map((leg, i) => {
        const { quantity } = leg.option;
        const drop = requirementAfter([]) - requirementAfter([[i, absolute(BigInt(quantity))]]);
        const isCounted = isPortfolio || quantity < 0;
        const weight = isCounted ? drop + valueOf(leg) : 0n;
        return { leg, weight: weight > 0n ? weight : 0n };
      }),
    )
    .sort((a, b) => {
      const [x, y] = [a.leg, b.leg];
      if (isOpen(x) !== isOpen(y)) return isOpen(x) ? -1 : 1;
      if (x.option.quantity < 0 !== y.option.quantity < 0) return x.option.quantity < 0 ? -1 : 1;
      return x.seriesId < y.seriesId ? -1 : 1;
    });
  const first = legs[0]?.leg;
  const weights = legs.map(({ weight }) => weight);
  const isNone = weights.every((weight) => weight === 0n);
  const next = first !== undefined && isOpen(first) ? first : undefined;
  return [next, isNone ? weights.map(() => 1n) : weights];
}

/** At its mark, also of a leg that does not trade now: it answers for its share, too. */
const valueOf = ({ option, markUusd, isTradable }: Leg): bigint =>
  isTradable ? (BigInt(option.quantity) * markUusd) / UNITS_PER_CONTRACT : untradedValue(option);

const untradedValue = ({ quantity, mark }: Leg['option']): bigint =>
  BigInt(Math.floor(quantity * mark * USD_A_UNIT));

/** Pays what the account owes at the marks as far as the funds can; returns what is left. */
function coveredByFunds(ctx: Ctx, flag: Flag, health: Health): bigint {
  const account = defined(getSubaccount(ctx, flag.subaccountId), 'a flagged subaccount');
  const worthUusd = account.cashUusd + closingValue(ctx, health);
  if (worthUusd >= 0n) return 0n;
  const owedUusd = -worthUusd;
  let left = owedUusd;
  for (const { underlyingId, uusd } of splitByUnderlying(ctx, flag, account, health, owedUusd)) {
    left -= payFromFund(ctx, flag.subaccountId, underlyingId, uusd);
  }
  return left;
}

/**
 * What closing every leg brings, in uusd: at the marks as they are paid, which are whole uusd a
 * contract. By the marks themselves a debt of some uusd could be left where everything is closed.
 */
function closingValue(view: View, health: Health): bigint {
  let sum = 0n;
  for (const { legs, isWhole } of holdingsOf(view, health)) {
    for (const { option, markUusd, isTradable } of isWhole ? [] : legs) {
      if (!isTradable) {
        sum += untradedValue(option);
        continue;
      }
      const quantity = BigInt(option.quantity);
      const leg = { quantity, markUusd, capUusd: null, deficitUusd: 0n };
      const { premiumUusd } = deleveragePremium(leg);
      sum += quantity < 0n ? -premiumUusd : premiumUusd;
    }
  }
  return sum;
}

/** Whether all of a leg could be closed. */
function closeLeg(ctx: Ctx, flag: Flag, leg: Leg, deficitUusd: bigint, looks: Looks): boolean {
  const series = defined(seriesById(ctx, leg.seriesId), 'the series of a leg');
  const { quantity } = positionOf(ctx, flag.subaccountId, series.id)!;
  const capUusd =
    series.kind === OptionKind.OPTION_KIND_PUT
      ? series.strikeUusd
      : BigInt(Math.floor(defined(markOf(ctx, series), 'a mark').forward * 1e6));
  const { markUusd } = leg;
  const whole = deleveragePremium({ quantity, markUusd, capUusd, deficitUusd }).premiumUusd;
  const size = absolute(quantity);
  const priceUusd = (whole * UNITS_PER_CONTRACT) / size;
  // By differences of what is paid up to one and before it: no unit is lost, none is left over.
  const paidUpTo = (units: bigint): bigint => (whole * units) / size;
  let left = size;
  for (const { subaccountId, quantity: held } of oppositeOf(ctx, flag, series, quantity, looks)) {
    const taken = minOf(left, absolute(held));
    const isBuy = quantity < 0n;
    const premiumUusd = paidUpTo(size - left + taken) - paidUpTo(size - left);
    const cashUusd = isBuy ? premiumUusd : -premiumUusd;
    const positions = new Map([[series.id, isBuy ? -taken : taken]]);
    if (!staysCovered(ctx, subaccountId, { cashUusd, positions })) continue;
    applyTrade(ctx, {
      seriesId: series.id,
      buyerId: isBuy ? flag.subaccountId : subaccountId,
      sellerId: isBuy ? subaccountId : flag.subaccountId,
      quantity: taken,
      premiumUusd,
    });
    const other = defined(getSubaccount(ctx, subaccountId), 'a holder');
    ctx.emit('deleveraged', {
      ...namesOf(flag),
      counterparty: other.owner,
      counterparty_subaccount: String(other.number),
      series: series.symbol,
      side: isBuy ? 'buy' : 'sell',
      quantity: taken.toString(),
      price_uusd: priceUusd.toString(),
      premium_uusd: premiumUusd.toString(),
      mark_uusd: markUusd.toString(),
    });
    left -= taken;
    if (left === 0n) break;
  }
  return left === 0n;
}

/** Everybody with the opposite position in a series, in the order in which they have to go. */
function oppositeOf(
  view: View,
  { subaccountId: own }: Flag,
  series: Series,
  quantity: bigint,
  looks: Looks,
): Opposite[] {
  const { underlyingId, expirySeconds, id: seriesId } = series;
  const markUusd = defined(markUusdOf(view, series), 'a mark');
  const indexUusd = defined(indexUusdOf(view, underlyingId), 'an index');
  const found: Opposite[] = [];
  for (const id of holdersOfExpiry(view, underlyingId, expirySeconds)) {
    looks.left--;
    const position = positionOf(view, id, seriesId);
    if (id === own || position === undefined || position.quantity < 0n === quantity < 0n) continue;
    const { quantity: held, costUusd } = position;
    found.push({
      ...{ subaccountId: id, quantity: held, costUusd },
      valueUusd: (held * markUusd) / UNITS_PER_CONTRACT,
      notionalUusd: ceilDiv(absolute(held) * indexUusd, UNITS_PER_CONTRACT),
      cashUusd: defined(getSubaccount(view, id), 'a holder').cashUusd,
      isFlagged: isFlagged(view, id),
    });
  }
  return rankOpposite(found);
}
