import { futuresMargin } from './futuresMargin.ts';
import { maximumLoss } from './maximumLoss.ts';
import { ceilUusd, floorUusd, weightOf } from './rounding.ts';
import { degradedRequirement, shortRequirement } from './shortRequirement.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import { validateStandardInput } from './validateStandardInput.ts';
import type {
  ExpiryMargin,
  ExpiryPositions,
  ExpiryRequirement,
  MaximumLoss,
  OptionLeg,
  StandardInput,
  StandardMargin,
  StandardMethod,
  StandardParams,
  UnderlyingMargin,
  UnderlyingPositions,
} from './types.ts';

type Level = 'initial' | 'maintenance';

const NO_LOSS: MaximumLoss = {
  total: 0,
  loss: 0,
  worstPrice: 0,
  freeCalls: 0,
  freeStrike: 0,
  charge: 0,
};

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
  let equityUusd = input.cashUusd;
  let optionsValue = 0;
  let shortValue = 0;
  let initial = 0;
  let maintenance = 0;
  const underlyings: UnderlyingMargin[] = [];
  for (const underlying of input.underlyings) {
    const margin = underlyingMargin(underlying, input.collateralPrice ?? 1);
    underlyings.push(margin);
    for (const [i, expiry] of margin.expiries.entries()) {
      initial += expiry.initial.requirement;
      maintenance += expiry.maintenance.requirement;
      optionsValue += expiry.optionsValue;
      shortValue += expiry.shortValue;
      for (const leg of underlying.expiries[i]!.futures) equityUusd += leg.pnlUusd ?? 0n;
    }
    initial += margin.confidenceCharge + margin.collateralCharge;
  }
  const initialRequirementUusd = ceilUusd(initial);
  const maintenanceRequirementUusd = ceilUusd(maintenance);
  return {
    initialMarginUusd: equityUusd - initialRequirementUusd,
    maintenanceMarginUusd: equityUusd - maintenanceRequirementUusd,
    markToMarketUusd: equityUusd + floorUusd(optionsValue),
    equityUusd,
    shortValueUusd: ceilUusd(shortValue),
    initialRequirementUusd,
    maintenanceRequirementUusd,
    underlyings,
  };
}

function underlyingMargin(
  underlying: UnderlyingPositions,
  collateralPrice: number,
): UnderlyingMargin {
  const params = underlying.params ?? DEFAULT_STANDARD_PARAMS;
  const { index, confidence } = underlying;
  const expiries: ExpiryMargin[] = [];
  let shorts = 0;
  let futures = 0;
  for (const expiry of underlying.expiries) {
    expiries.push(expiryMargin(expiry, index, params));
    for (const leg of expiry.options) {
      shorts += Math.max(0, (leg.orders?.sellQuantity ?? 0) - leg.quantity);
    }
    for (const { quantity, orders } of expiry.futures) {
      const bought = Math.abs(quantity + (orders?.buyQuantity ?? 0));
      const sold = Math.abs(quantity - (orders?.sellQuantity ?? 0));
      futures += Math.max(Math.abs(quantity), bought, sold);
    }
  }
  const doubt = confidence < params.confidenceThreshold ? 1 - confidence : 0;
  const depeg = Math.max(0, params.collateralThreshold - collateralPrice);
  return {
    expiries,
    confidenceCharge: weightOf(shorts) * index * doubt,
    collateralCharge: weightOf(shorts + futures) * index * depeg * params.collateralFactor,
  };
}

function expiryMargin(
  expiry: ExpiryPositions,
  index: number,
  params: StandardParams,
): ExpiryMargin {
  const valued = expiry.degradedStdDev === undefined ? expiry : degraded(expiry, index, params);
  let optionsValue = 0;
  let shortValue = 0;
  for (const { quantity, mark } of valued.options) {
    optionsValue += weightOf(quantity) * mark;
    if (quantity < 0) shortValue -= weightOf(quantity) * mark;
  }
  return {
    initial: expiryRequirement(valued, index, params, 'initial'),
    maintenance: expiryRequirement(valued, index, params, 'maintenance'),
    optionsValue,
    shortValue,
  };
}

/** Without a surface the bound stands in for a short's mark, and a long is worth nothing. */
function degraded(expiry: ExpiryPositions, index: number, params: StandardParams): ExpiryPositions {
  const stdDev = expiry.degradedStdDev!;
  const options = expiry.options.map((leg) => ({
    ...leg,
    mark:
      leg.quantity > 0
        ? 0
        : degradedRequirement(leg.isCall, leg.strike, index, stdDev, params.degradedIndexStress),
  }));
  return { ...expiry, options };
}

function expiryRequirement(
  expiry: ExpiryPositions,
  index: number,
  params: StandardParams,
  level: Level,
): ExpiryRequirement {
  const withOrders = level === 'initial';
  const base = withOrders ? params.futuresInitialRate : params.futuresMaintenanceRate;
  const futures = futuresMargin(expiry.futures, base, params, withOrders);
  if (expiry.options.length === 0) {
    return {
      requirement: futures,
      method: 'sum',
      sum: 0,
      futures,
      maximumLoss: NO_LOSS,
      jointMaximumLoss: null,
    };
  }
  const sum = sumOfShorts(expiry, index, params, level);
  const lossOf = (withFutures: boolean): MaximumLoss =>
    maximumLoss({
      forward: expiry.forward,
      settlementFeePerUnit: expiry.settlementFeePerUnit,
      settlementFeeCap: params.settlementFeeCap,
      options: expiry.options,
      futures: withFutures ? expiry.futures : [],
      nakedCall: withOrders ? params.nakedCallInitial : params.nakedCallMaintenance,
      withOrders,
    });
  const alone = lossOf(false);
  const joint = expiry.futures.length > 0 ? lossOf(true) : null;
  let method: StandardMethod = 'sum';
  let requirement = sum + futures;
  if (alone.total + futures < requirement) {
    method = 'maximumLoss';
    requirement = alone.total + futures;
  }
  if (joint && joint.total < requirement) {
    method = 'jointMaximumLoss';
    requirement = joint.total;
  }
  return { requirement, method, sum, futures, maximumLoss: alone, jointMaximumLoss: joint };
}

/** (a): every short by itself, and at the initial level every series' orders by the worse side. */
function sumOfShorts(
  expiry: ExpiryPositions,
  index: number,
  params: StandardParams,
  level: Level,
): number {
  let sum = 0;
  for (const leg of expiry.options) {
    const each = shortRequirementOf(expiry, leg, index, params, level);
    const short = Math.max(0, -leg.quantity);
    sum += weightOf(short) * each;
    if (level === 'initial' && leg.orders) sum += ordersRequirement(leg, short, each);
  }
  return sum;
}

function shortRequirementOf(
  expiry: ExpiryPositions,
  leg: OptionLeg,
  index: number,
  params: StandardParams,
  level: Level,
): number {
  if (expiry.degradedStdDev === undefined) {
    return shortRequirement(leg.isCall, leg.strike, leg.mark, index, params)[level];
  }
  const { isCall, strike } = leg;
  const stress = params.degradedIndexStress;
  return degradedRequirement(isCall, strike, index, expiry.degradedStdDev, stress);
}

/**
 * What one series' orders add: all sells filled for nothing, or all buys at their limit less the
 * requirement of the shorts they close. The second is convex in the quantity filled, so no partial
 * fill is worse than all or none.
 */
function ordersRequirement(leg: OptionLeg, short: number, each: number): number {
  const { buyQuantity, buyPrice, sellQuantity } = leg.orders!;
  const sold = Math.max(0, sellQuantity - leg.quantity) - short;
  const bought = weightOf(buyQuantity) * buyPrice - weightOf(Math.min(buyQuantity, short)) * each;
  return Math.max(0, weightOf(sold) * each, bought);
}
