import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../../lib/assert.ts';
import { accountMargin, bufferOf, knownMaintenance } from '../margin/index.ts';
import type { AccountMargin, ExpiryLegs } from '../margin/index.ts';
import { bufferMargin } from '../margin/core/index.ts';
import type { LiquidationState } from '../margin/core/index.ts';
import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import { UNITS_PER_CONTRACT, ceilDiv } from '../options/core/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;

/**
 * How a subaccount stands, at prices that it may be judged by. Net maintenance below 0 is a breach.
 */
export interface Health extends LiquidationState {
  readonly judged: AccountMargin;
  /** What cannot be priced now was left out: it stands no better than this. */
  readonly isPartial: boolean;
  /**
   * BM: what a liquidation brings to 0. Lower than the maintenance margin by a share of the buffer,
   * so that a healthy account is not in breach again at the next price.
   */
  readonly bufferMarginUusd: bigint;
}

/** The order book takes the place of bidders, at the fees of any trade. */
const NO_BIDS = { bidInUusd: 0n, notionalUusd: 0n };

/** The health of a subaccount; undefined when it cannot be judged now. */
export function healthOf(view: View, account: Subaccount, rules: BlockRules): Health | undefined {
  const found = judge(view, account, rules);
  if (found === undefined) return undefined;
  const { judged, isPartial } = found;
  const { maintenanceMarginUusd, markToMarketUusd } = judged.margin;
  const bufferUusd = bufferOf(judged);
  const state = { markToMarketUusd, maintenanceMarginUusd, bufferUusd, ...NO_BIDS };
  return { judged, isPartial, ...state, bufferMarginUusd: bufferMargin(state, rules.core) };
}

/** What a subaccount is judged by, a breach or not; undefined when it cannot be judged now. */
export function judgedNow(
  view: View,
  account: Subaccount,
  rules: BlockRules,
): AccountMargin | undefined {
  return judge(view, account, rules)?.judged;
}

/**
 * The net maintenance margin that `judgedNow` comes to, without all that explains it; undefined
 * when it cannot be judged now.
 */
export function maintenanceNow(
  view: View,
  account: Subaccount,
  rules: BlockRules,
): bigint | undefined {
  if (isUnpriced(view, account, rules)) return undefined;
  const known = knownMaintenance(view, account);
  return known ?? judgedNow(view, account, rules)?.margin.maintenanceMarginUusd;
}

const isUnpriced = (view: View, { id }: Subaccount, { unpriced }: BlockRules): boolean =>
  unpriced.size > 0 && holdsAny(view, id, unpriced);

type Judgement = Pick<Health, 'judged' | 'isPartial'>;

/**
 * Judges the positions. Those whose price is not live, or that have no volatility, are left out and
 * taken to need nothing and to be worth the most they can be: the bound of the margin rules opens
 * no account's positions to others, but who is in breach even so is, and hides behind nothing.
 * Undefined where there is no such most.
 */
function judge(view: View, account: Subaccount, rules: BlockRules): Judgement | undefined {
  if (isUnpriced(view, account, rules)) return undefined;
  const isCancelled = true;
  const judged = accountMargin(view, account, { isCancelled });
  const unknown = reliedOn(judged.legs, account.mode).filter((e) => !isKnown(e));
  if (unknown.length === 0) return { judged, isPartial: false };
  if (account.mode !== MARGIN_MODE_PORTFOLIO) {
    const ends = new Set(unknown.map(keyOf));
    const isWithout = (expiry: ExpiryLegs) => ends.has(keyOf(expiry));
    const rest = accountMargin(view, account, { isCancelled, isWithout });
    return { judged: rest, isPartial: true };
  }
  // Expiries of one underlying hedge one another: it is left out as a whole.
  const ids = new Set(unknown.map(({ underlyingId }) => underlyingId));
  const isWithout = ({ underlyingId }: ExpiryLegs) => ids.has(underlyingId);
  const cashUusd = mostWorth(judged.legs.flat().filter(isWithout));
  if (cashUusd === undefined) return undefined;
  const rest = accountMargin(view, account, { isCancelled, isWithout, cashUusd });
  return { judged: rest, isPartial: true };
}

const keyOf = ({ underlyingId, expirySeconds }: ExpiryLegs) => `${underlyingId}/${expirySeconds}`;

/** Nobody is judged on prices that their sources saw too long ago. */
const isKnown = ({ legs }: ExpiryLegs): boolean =>
  legs.every(({ mark }) => mark.quality.isFresh && mark.vol !== undefined);

/**
 * What longs are worth at the most, in uusd: a call its forward, a put its strike. Undefined when a
 * forward is not live.
 */
function mostWorth(expiries: readonly ExpiryLegs[]): bigint | undefined {
  let worthUusd = 0n;
  for (const { legs } of expiries) {
    for (const { series, mark, quantity } of legs) {
      if (quantity <= 0n) continue;
      const isPut = series.kind === OptionKind.OPTION_KIND_PUT;
      if (!isPut && !mark.quality.isForwardFresh) return undefined;
      const eachUusd = isPut ? series.strikeUusd : BigInt(Math.ceil(mark.forward * 1e6));
      worthUusd += ceilDiv(quantity * eachUusd, UNITS_PER_CONTRACT);
    }
  }
  return worthUusd;
}

/**
 * The expiries whose prices a margin rests on. Longs alone need no requirement in the standard
 * mode, hence no price; in the portfolio mode they lend their value to everything else.
 */
function reliedOn(legs: AccountMargin['legs'], mode: Subaccount['mode']): ExpiryLegs[] {
  return legs
    .flat()
    .filter((expiry) =>
      expiry.legs.some(({ quantity }) =>
        mode === MARGIN_MODE_PORTFOLIO ? quantity !== 0n : quantity < 0n,
      ),
    );
}

function holdsAny(view: View, id: bigint, underlyings: ReadonlySet<number>): boolean {
  return positionsOf(view, id).some(({ seriesId }) =>
    underlyings.has(defined(seriesById(view, seriesId), 'the series of a position').underlyingId),
  );
}

/** Whether liquidations may rest on every price that a subaccount's margin rests on. */
export function isSettledIn({ judged }: Health): boolean {
  return reliedOn(judged.legs, judged.mode).every(({ legs }) =>
    legs.every(({ mark }) => mark.quality.isSettledIn),
  );
}
