/** The risk core: margin of plain positions at given marks. Import it without a chain. */
export * from './marginAccounts.ts';
export * from './clearBids.ts';
export * from './coveredLoss.ts';
export * from './explain.ts';
export * from './insolvency.ts';
export * from './liquidation.ts';
export * from './markSeries.ts';
export * from './skipBound.ts';
export { coreRules, defaultRules, wrongRules } from './governedRules.ts';
export { replayExplained } from './replayExplained.ts';
export type { Replayed } from './replayExplained.ts';
export { expiryPart, initialFactor, underlyingScenarios } from './expiryPart.ts';
export type { ExpiryPart } from './expiryPart.ts';
export { DearestQuotes, expiryQuotes, expiryUnitCosts } from './expiryQuotes.ts';
export { quotesReserve } from './quotesReserve.ts';
export type { QuotedExpiryParts, Quoting } from './quotesReserve.ts';
export type { ExpiryQuotes } from './quoteReserve.ts';
export { certify, lossBound } from './lossBound.ts';
export type { LossCertificate } from './lossBound.ts';
export { floorUusd, weightOf } from './rounding.ts';
export { marginOnGrid, sumUnderlyings } from './marginOnGrid.ts';
export { gridOfPortfolio, portfolioMargin } from './portfolioMargin.ts';
export type { PortfolioGrid } from './portfolioMargin.ts';
export { PortfolioRelief } from './portfolioRelief.ts';
export type { Closed } from './portfolioRelief.ts';
export {
  buildScenarios,
  DEFAULT_PORTFOLIO_PARAMS,
  DEFAULT_SCENARIO_SHAPE,
} from './portfolioParams.ts';
export type { ScenarioShape } from './portfolioParams.ts';
export type * from './portfolioTypes.ts';
export {
  MAX_LEGS,
  MAX_PRICE,
  MAX_QUANTITY,
  MAX_STD_DEV,
  MIN_PRICE,
  RiskInputError,
  requireLegCount,
} from './riskInput.ts';
export type { RiskInputCode } from './riskInput.ts';
export { OpenGrid } from './openGrid.ts';
export type { PricedSeries } from './openGrid.ts';
export { buildScenarioGrid, scenarioRow } from './scenarioGrid.ts';
export { validateStandardInput } from './validateStandardInput.ts';
export type { GridExpiry, GridUnderlying } from './portfolioTypes.ts';
export type { ScenarioGrid } from './scenarioGrid.ts';
export { degradedRequirement, ordersRequirement, shortRequirement } from './shortRequirement.ts';
export { PERPETUAL_TERMS, shockedVolatility, volatilityShocks } from './scenarioPricing.ts';
export type { VolatilityShocks } from './scenarioPricing.ts';
export {
  standardInitial,
  standardInitialBound,
  standardMaintenance,
  standardMargin,
  standardValue,
} from './standardMargin.ts';
export type { BoundedUnderlying, UnderlyingShares } from './standardMargin.ts';
export { StandardShare } from './standardShare.ts';
export { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
export { standardRules } from './standardRules.ts';
export { tradeIsExempt } from './tradeIsExempt.ts';
export type { AccountHealth } from './tradeIsExempt.ts';
export type * from './types.ts';
