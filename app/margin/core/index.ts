/** The risk core: margin of plain positions at given marks. Import it without a chain. */
export * from './riskInput.ts';
export * from './standardMargin.ts';
export * from './standardParams.ts';
export * from './tradeIsExempt.ts';
export type * from './types.ts';
export { degradedRequirement, shortRequirement } from './shortRequirement.ts';
