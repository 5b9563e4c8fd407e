/**
 * The plain values the risk core takes and returns. Units, everywhere in this folder:
 * money at the boundary is `bigint` uusd (1e-6 USD); quantities are safe integers of 1e-4
 * contract, negative when short; prices are USD per contract as doubles; times are years. Explained
 * parts are doubles in uusd, unrounded: they add up to what the one rounding at the end saw.
 */

/** Resting orders of one series. Only the worst price of each side matters to the margin. */
export interface OpenOrders {
  /** 1e-4 contract, at least 0. */
  readonly buyQuantity: number;
  /** The highest buy limit, trading fee included, USD per contract. */
  readonly buyPrice: number;
  /** 1e-4 contract, at least 0. */
  readonly sellQuantity: number;
  /**
   * The lowest sell limit, fee deducted. The standard margin does not use it for options: premium
   * unearned is no credit.
   */
  readonly sellPrice: number;
}

export interface OptionLeg {
  readonly isCall: boolean;
  readonly strike: number;
  /** Mark price; ignored for an expiry in degraded mode. */
  readonly mark: number;
  readonly quantity: number;
  readonly orders?: OpenOrders | undefined;
}

export interface FutureLeg {
  readonly quantity: number;
  readonly mark: number;
  /** Unrealised profit at the mark plus unpaid funding, rounded down. Default 0. */
  readonly pnlUusd?: bigint | undefined;
  readonly orders?: OpenOrders | undefined;
}

/** All legs of one expiry of one underlying. A perpetual is an expiry of its own. */
export interface ExpiryPositions {
  readonly forward: number;
  /** The settlement fee on one contract before its cap, USD (0 for dailies). */
  readonly settlementFeePerUnit: number;
  readonly options: readonly OptionLeg[];
  readonly futures: readonly FutureLeg[];
  /**
   * Present when no surface is available: σmax·√t. Shorts are then margined and marked at the
   * degraded bound and longs marked at nothing.
   */
  readonly degradedStdDev?: number | undefined;
  /**
   * Present while volatilities are there but old: a short needs this share, in [0, 1], of what the
   * degraded bound at σmax·√t asks beyond its usual requirement.
   */
  readonly doubt?: { readonly stdDev: number; readonly share: number } | undefined;
  /** Of its forward and volatilities, in [0, 1]; 1 when absent. */
  readonly confidence?: number | undefined;
}

export interface UnderlyingPositions {
  readonly index: number;
  /** Oracle confidence in [0, 1]; 1 is full. */
  readonly confidence: number;
  readonly expiries: readonly ExpiryPositions[];
  /** Governed per underlying; the genesis defaults when absent. */
  readonly params?: StandardParams | undefined;
}

export interface StandardInput {
  /** Signed: realised losses may have taken it below zero. */
  readonly cashUusd: bigint;
  /** USD price of the collateral; 1 when absent. */
  readonly collateralPrice?: number | undefined;
  readonly underlyings: readonly UnderlyingPositions[];
}

/** The governed numbers of the standard margin (fractions of index, mark or notional). */
export interface StandardParams {
  /** Short option, initial: max(otmBase − OTM/S, otmFloor)·S + mark. */
  readonly initialOtmBase: number;
  readonly initialOtmFloor: number;
  /** Short option, maintenance: this share of the index (put: of the mark, if more) + mark. */
  readonly maintenanceIndexShare: number;
  readonly maintenanceMarkShare: number;
  /** A short put's initial requirement is at least this multiple of its maintenance. */
  readonly putInitialOverMaintenance: number;
  /** Charge for an unpaired short call in the maximum loss, in forwards. */
  readonly nakedCallInitial: number;
  readonly nakedCallMaintenance: number;
  /** Futures: base rate of notional, growing by `futuresRatePerContract`, at most 1. */
  readonly futuresInitialRate: number;
  readonly futuresMaintenanceRate: number;
  readonly futuresRatePerContract: number;
  /** Below this oracle confidence every short contract adds (1 − confidence)·S to IM. */
  readonly confidenceThreshold: number;
  /** Below this collateral price p, (threshold − p)·factor·S per exposed contract adds to IM. */
  readonly collateralThreshold: number;
  readonly collateralFactor: number;
  /** The settlement fee is at most this share of the payout. */
  readonly settlementFeeCap: number;
  /** The degraded bound's stressed forward is S·s for puts and S/s for calls, 0 < s < 1. */
  readonly degradedIndexStress: number;
}

/** The requirement of one expiry as a maximum loss, uusd; the prices in USD. */
export interface MaximumLoss {
  /** charge + the loss at the worst settlement price, at least what the orders cost in cash. */
  readonly total: number;
  readonly loss: number;
  readonly worstPrice: number;
  /** Calls added to close the upside, 1e-4 contract, at `freeStrike`, for `charge`. */
  readonly freeCalls: number;
  readonly freeStrike: number;
  readonly charge: number;
}

/**
 * `sum`: short requirements leg by leg; `maximumLoss`: of the options alone;
 * both beside the futures' own margin. `jointMaximumLoss`: options and futures together.
 */
export type StandardMethod = 'sum' | 'maximumLoss' | 'jointMaximumLoss';

/** The requirement of one expiry under one margin level, with every part, uusd. */
export interface ExpiryRequirement {
  readonly requirement: number;
  readonly method: StandardMethod;
  readonly sum: number;
  readonly futures: number;
  readonly maximumLoss: MaximumLoss;
  /** Null when the expiry holds options only or futures only: nothing to join. */
  readonly jointMaximumLoss: MaximumLoss | null;
}

export interface ExpiryMargin {
  /** Open orders count here, each series by its worse side. */
  readonly initial: ExpiryRequirement;
  /** Positions only. */
  readonly maintenance: ExpiryRequirement;
  /** Σ quantity·mark of the options, uusd. */
  readonly optionsValue: number;
  /** Σ |quantity|·mark of the short options, uusd. */
  readonly shortValue: number;
}

export interface UnderlyingMargin {
  readonly expiries: readonly ExpiryMargin[];
  /** IM-only add-ons, uusd. */
  readonly confidenceCharge: number;
  readonly collateralCharge: number;
}

/**
 * IM and MM are net and signed: equity minus requirements. A breach is MM < 0; a trade that is
 * not exempt needs IM ≥ 0.
 */
export interface StandardMargin {
  readonly initialMarginUusd: bigint;
  readonly maintenanceMarginUusd: bigint;
  readonly markToMarketUusd: bigint;
  /** Cash + futures PnL + funding. */
  readonly equityUusd: bigint;
  /** Σ |quantity|·mark of the short options, rounded up. */
  readonly shortValueUusd: bigint;
  readonly initialRequirementUusd: bigint;
  readonly maintenanceRequirementUusd: bigint;
  readonly underlyings: readonly UnderlyingMargin[];
}
