import { doubtOf } from './doubt.ts';
import { ceilUusd, floorUusd, weightOf } from './rounding.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import { StandardShare } from './standardShare.ts';
import { validateStandardInput } from './validateStandardInput.ts';
import type { StandardInput, StandardMargin, StandardParams, UnderlyingMargin } from './types.ts';

/**
 * Standard margin of one account: equity minus, for each expiry, the cheaper of its short
 * requirements and its maximum loss. Long options are paid in full and lend nothing.
 *
 * Open orders count in the initial margin only, each series by its worse side. Adding an order
 * never lowers the requirement, and no set of fills needs more than was reserved.
 *
 * @throws RiskInputError when a value is outside the bounds of riskInput.ts
 */
export function standardMargin(input: StandardInput): StandardMargin {
  validateStandardInput(input);
  const collateralPrice = input.collateralPrice ?? 1;
  let equityUusd = input.cashUusd;
  const shares = input.underlyings.map(({ index, confidence, expiries, params }) => {
    const used = params ?? DEFAULT_STANDARD_PARAMS;
    for (const { futures } of expiries) for (const leg of futures) equityUusd += leg.pnlUusd ?? 0n;
    const made = expiries.map((expiry) => new StandardShare(expiry, index, used));
    return { index, confidence, params: used, shares: made };
  });
  const initialRequirementUusd = standardInitial(shares, collateralPrice);
  const maintenanceRequirementUusd = standardMaintenance(shares);
  let shortValue = 0;
  for (const { shares: of } of shares) for (const share of of) shortValue += share.shortValue;
  return {
    initialMarginUusd: equityUusd - initialRequirementUusd,
    maintenanceMarginUusd: equityUusd - maintenanceRequirementUusd,
    markToMarketUusd: equityUusd + standardValue(shares),
    equityUusd,
    shortValueUusd: ceilUusd(shortValue),
    initialRequirementUusd,
    maintenanceRequirementUusd,
    underlyings: shares.map((underlying) => described(underlying, collateralPrice)),
  };
}

/** What the add-ons of the initial margin are charged on. */
type Exposed = Pick<StandardShare, 'shorts' | 'futures' | 'confidence'>;

/** Of one underlying, what the expiries of an account are at most, in the order of their sums. */
export interface BoundedUnderlying<T = Exposed & Pick<StandardShare, 'initialBound'>> {
  readonly index: number;
  readonly confidence: number;
  readonly params: StandardParams;
  readonly shares: readonly T[];
}

export type UnderlyingShares = BoundedUnderlying<StandardShare>;

/** The initial requirement of an account, uusd. */
export function standardInitial(
  underlyings: readonly UnderlyingShares[],
  collateralPrice = 1,
): bigint {
  return initialOf(underlyings, collateralPrice, (share) => share.initial.requirement);
}

/**
 * At least the initial requirement of an account, uusd: each term is, and sums and roundings keep
 * the order.
 */
export function standardInitialBound(
  underlyings: readonly BoundedUnderlying[],
  collateralPrice = 1,
): bigint {
  return initialOf(underlyings, collateralPrice, (share) => share.initialBound);
}

function initialOf<T extends Exposed>(
  underlyings: readonly BoundedUnderlying<T>[],
  collateralPrice: number,
  requirementOf: (share: T) => number,
): bigint {
  let initial = 0;
  for (const underlying of underlyings) {
    for (const share of underlying.shares) initial += requirementOf(share);
    const { confidenceCharge, collateralCharge } = chargesOf(underlying, collateralPrice);
    initial += confidenceCharge + collateralCharge;
  }
  return ceilUusd(initial);
}

/** The maintenance requirement of an account, uusd. */
export function standardMaintenance(underlyings: readonly UnderlyingShares[]): bigint {
  let maintenance = 0;
  for (const { shares } of underlyings) {
    for (const share of shares) maintenance += share.maintenance.requirement;
  }
  return ceilUusd(maintenance);
}

/** What the options of an account are worth at their marks, uusd, rounded down. */
export function standardValue(underlyings: readonly UnderlyingShares[]): bigint {
  let value = 0;
  for (const { shares } of underlyings) for (const share of shares) value += share.optionsValue;
  return floorUusd(value);
}

function described(underlying: UnderlyingShares, collateralPrice: number): UnderlyingMargin {
  const expiries = underlying.shares.map(({ initial, maintenance, optionsValue, shortValue }) => ({
    ...{ initial, maintenance, optionsValue, shortValue },
  }));
  return { expiries, ...chargesOf(underlying, collateralPrice) };
}

/** IM-only add-ons: an oracle in doubt, and a collateral below par. */
function chargesOf(
  { index, confidence, params, shares }: BoundedUnderlying<Exposed>,
  collateralPrice: number,
): Pick<UnderlyingMargin, 'confidenceCharge' | 'collateralCharge'> {
  let [shorts, futures, doubtful] = [0, 0, 0];
  for (const share of shares) {
    shorts += share.shorts;
    futures += share.futures;
    doubtful += share.shorts * doubtOf(confidence, share.confidence, params.confidenceThreshold);
  }
  const depeg = Math.max(0, params.collateralThreshold - collateralPrice);
  return {
    confidenceCharge: weightOf(doubtful) * index,
    collateralCharge: weightOf(shorts + futures) * index * depeg * params.collateralFactor,
  };
}
