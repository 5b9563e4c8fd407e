export { black76Price } from './black76.ts';
export { black76, black76Strip } from './black76Strip.ts';
export type { Black76, Black76Arrays } from './black76.ts';
export { MathInputError } from './errors.ts';
export { impliedVol } from './impliedVol.ts';
export type { ImpliedVol, ImpliedVolFailure } from './impliedVol.ts';
export { exp, expm1 } from './exp.ts';
export { ln, lnRatio, log1p } from './ln.ts';
export { normCdf, normPdf, scaledTail } from './normal.ts';
export {
  greeksAroundSettlement,
  optionValueAroundSettlement,
  priceAroundSettlement,
  SECONDS_PER_YEAR,
  settlementTerms,
} from './settlementWindow.ts';
export type { SettlementAverage, SettlementTerms } from './settlementWindow.ts';
export { findArbitrage } from './arbitrage.ts';
export type { Arbitrage } from './arbitrage.ts';
export { modelFreeVariance } from './modelFreeVariance.ts';
export { checkSurface, rowVariance, VARIANCE_MAX, VARIANCE_MIN } from './surface.ts';
export type { Surface } from './surface.ts';
export { extendSurface, repairSurface } from './surfaceRepair.ts';
export { sliceVariance, surfaceAt, surfaceSigma, surfaceVariance } from './surfaceTime.ts';
export type { SurfaceSlice } from './surfaceTime.ts';
