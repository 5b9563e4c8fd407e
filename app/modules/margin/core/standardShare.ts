import { futuresMargin } from './futuresMargin.ts';
import { maximumLoss } from './maximumLoss.ts';
import { weightOf } from './rounding.ts';
import { degradedRequirement, ordersRequirement, shortRequirement } from './shortRequirement.ts';
import type {
  ExpiryMargin,
  ExpiryPositions,
  ExpiryRequirement,
  MaximumLoss,
  OptionLeg,
  StandardMethod,
  StandardParams,
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
 * What one expiry is to the standard margin of its account. An account's margin is a sum of these
 * and nothing else, so that a trade changes one of them; each requirement is made when asked for.
 */
export class StandardShare implements ExpiryMargin {
  readonly #valued: ExpiryPositions;
  readonly #index: number;
  readonly #params: StandardParams;
  #initial: ExpiryRequirement | undefined;
  #maintenance: ExpiryRequirement | undefined;
  readonly optionsValue: number;
  readonly shortValue: number;
  /** Short contracts were all that is offered sold, 1e-4 contract: options, then futures' size. */
  readonly shorts: number;
  readonly futures: number;
  /** Of forward and volatilities. */
  readonly confidence: number;

  /** The caller vouches for the bounds of the values: `validateStandardInput`. */
  constructor(expiry: ExpiryPositions, index: number, params: StandardParams) {
    const valued = expiry.degradedStdDev === undefined ? expiry : degraded(expiry, index, params);
    this.#valued = valued;
    this.#index = index;
    this.#params = params;
    let [optionsValue, shortValue, shorts, futures] = [0, 0, 0, 0];
    for (const { quantity, mark, orders } of valued.options) {
      optionsValue += weightOf(quantity) * mark;
      if (quantity < 0) shortValue -= weightOf(quantity) * mark;
      shorts += Math.max(0, (orders?.sellQuantity ?? 0) - quantity);
    }
    for (const { quantity, orders } of valued.futures) {
      const bought = Math.abs(quantity + (orders?.buyQuantity ?? 0));
      const sold = Math.abs(quantity - (orders?.sellQuantity ?? 0));
      futures += Math.max(Math.abs(quantity), bought, sold);
    }
    this.optionsValue = optionsValue;
    this.shortValue = shortValue;
    this.shorts = shorts;
    this.futures = futures;
    this.confidence = valued.confidence ?? 1;
  }

  get initial(): ExpiryRequirement {
    this.#initial ??= expiryRequirement(this.#valued, this.#index, this.#params, 'initial');
    return this.#initial;
  }

  /** At least the initial requirement, at a fraction of its cost: every short by itself. */
  get initialBound(): number {
    if (this.#initial !== undefined) return this.#initial.requirement;
    const { futures } = this.#valued;
    const rate = this.#params.futuresInitialRate;
    return (
      sumOfShorts(this.#valued, this.#index, this.#params, 'initial') +
      futuresMargin(futures, rate, this.#params, true)
    );
  }

  /** The initial requirement by maximum loss, were K* at least this: what quotes may sell to. */
  initialLossFrom(freeStrike: number): number {
    const { initial } = this;
    const valued = this.#valued;
    if (valued.options.length === 0) return initial.futures;
    const loss = (withFutures: boolean): number =>
      expiryLoss(valued, this.#params, 'initial', withFutures, freeStrike).total;
    const alone = loss(false) + initial.futures;
    return valued.futures.length > 0 ? Math.min(alone, loss(true)) : alone;
  }

  get maintenance(): ExpiryRequirement {
    this.#maintenance ??= expiryRequirement(this.#valued, this.#index, this.#params, 'maintenance');
    return this.#maintenance;
  }
}

function expiryLoss(
  expiry: ExpiryPositions,
  params: StandardParams,
  level: Level,
  withFutures: boolean,
  leastFreeStrike = 0,
): MaximumLoss {
  const isInitial = level === 'initial';
  return maximumLoss({
    forward: expiry.forward,
    settlementFeePerUnit: expiry.settlementFeePerUnit,
    settlementFeeCap: params.settlementFeeCap,
    options: expiry.options,
    futures: withFutures ? expiry.futures : [],
    nakedCall: isInitial ? params.nakedCallInitial : params.nakedCallMaintenance,
    withOrders: isInitial,
    leastFreeStrike,
  });
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
    expiryLoss(expiry, params, level, withFutures);
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
    if (level === 'initial' && leg.orders) {
      const { buyQuantity, buyPrice, sellQuantity } = leg.orders;
      sum += ordersRequirement(leg.quantity, buyQuantity, buyPrice, sellQuantity, each);
    }
  }
  return sum;
}

/** What a short contract needs where its expiry's volatilities are young, old or unknown. */
export function shortRequirementOf(
  expiry: Pick<ExpiryPositions, 'degradedStdDev' | 'doubt'>,
  leg: Pick<OptionLeg, 'isCall' | 'strike' | 'mark'>,
  index: number,
  params: StandardParams,
  level: Level,
): number {
  const { isCall, strike } = leg;
  const { degradedStdDev, doubt } = expiry;
  const stress = params.degradedIndexStress;
  if (degradedStdDev !== undefined) {
    return degradedRequirement(isCall, strike, index, degradedStdDev, stress);
  }
  const usual = shortRequirement(isCall, strike, leg.mark, index, params)[level];
  if (doubt === undefined) return usual;
  const bound = degradedRequirement(isCall, strike, index, doubt.stdDev, stress);
  return usual + doubt.share * Math.max(bound - usual, 0);
}
