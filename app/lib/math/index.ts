export { MathInputError } from './errors.ts';
export { exp, expm1 } from './exp.ts';
export { ln, lnRatio, log1p } from './ln.ts';
export { normCdf, normPdf, scaledTail } from './normal.ts';
