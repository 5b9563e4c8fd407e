/**
 * Implied volatility of a Black-76 price, to the precision the price allows, in at most STEPS_MAX
 * steps. The method is that of P. Jäckel, "Let's Be Rational" (Wilmott, January 2015): a start by
 * rational cubic interpolation (Delbourgo & Gregory, 1985) in four zones, then Householder's
 * third-order steps on an objective that is nearly straight in its zone.
 *
 * Here the out-of-the-money price is taken relative to the smaller of forward and strike, V in
 * (0, 1), with x = |ln(F/K)|, s = σ√τ, h = x/s, t = s/2, a = h − t, b = h + t:
 *
 *   V = exp(−a²/2)·(G(a) − G(b)),  V′ = exp(−a²/2)/√(2π),  V″/V′ = (h² − t²)/s.
 *
 * V has its inflection at s = √(2x), where a = 0; the tangent there cuts V = 0 and V = 1 at the
 * limits of the two middle zones.
 */
import { PRICE_MAX, PRICE_MIN, SERIES_MAX, SPREAD_MAX, tailDrop } from './black76.ts';
import { exp } from './exp.ts';
import { ln, lnRatio } from './ln.ts';
import { INV_SQRT_2PI, scaledTail } from './normal.ts';
import { rationalCubic, rationalCubicShape } from './rationalCubic.ts';

export type ImpliedVol =
  | { readonly ok: true; readonly sigma: number }
  | { readonly ok: false; readonly reason: ImpliedVolFailure };

/** Why no volatility gives the price: too low, at or above the forward (put: strike), malformed. */
export type ImpliedVolFailure = 'below-intrinsic' | 'above-bound' | 'bad-input';

/** Two nearly always reach the last digit; the rest is the bound. */
const STEPS_MAX = 6;
const SQRT_2PI = 2.5066282746310002;
const TWO_PI = 6.283185307179586;
const SQRT_3 = 1.7320508075688772;
/**
 * By how much of the larger of forward and strike a price may seem to lie below the intrinsic value
 * when it does not: each of three decimals is up to half a unit in the last place off as a double.
 */
const DECIMALS_LOST = 2.220446049250313e-16;
/** The error left is of the order of the fourth power of the relative move. */
const LAST_MOVE = 1e-5;

const badInput: ImpliedVol = { ok: false, reason: 'bad-input' };
const belowIntrinsic: ImpliedVol = { ok: false, reason: 'below-intrinsic' };
const aboveBound: ImpliedVol = { ok: false, reason: 'above-bound' };

/**
 * The σ ≥ 0 for which black76 gives `price` (undiscounted). A price equal to the intrinsic value
 * has σ = 0, also when they were rounded. 'bad-input' is NaN, an infinity, a negative price, a
 * forward or strike outside [PRICE_MIN, PRICE_MAX], or a time not in (0, SPREAD_MAX].
 */
export function impliedVol(
  isCall: boolean,
  price: number,
  forward: number,
  strike: number,
  tauYears: number,
): ImpliedVol {
  if (!(forward >= PRICE_MIN && forward <= PRICE_MAX)) return badInput;
  if (!(strike >= PRICE_MIN && strike <= PRICE_MAX)) return badInput;
  if (!(tauYears > 0 && tauYears <= SPREAD_MAX)) return badInput;
  if (!(price >= 0 && price < Infinity)) return badInput;
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  const bound = isCall ? forward : strike;
  if (price >= bound) return aboveBound;
  const low = Math.min(forward, strike);
  // What the subtraction in `intrinsic` lost, exact (Dekker): a small time value would feel it.
  const lost = intrinsic === 0 ? 0 : bound - intrinsic - low;
  const value = price - intrinsic - lost;
  if (value < -bound * DECIMALS_LOST) return belowIntrinsic;
  if (price <= intrinsic || value <= 0) return { ok: true, sigma: 0 };
  const x = Math.abs(lnRatio(forward, strike));
  const s = impliedDeviation(x, value, bound - price, low);
  return { ok: true, sigma: s / Math.sqrt(tauYears) };
}

/** s for which V = value/low; rest = low − value, given apart for its precision. */
export function impliedDeviation(x: number, value: number, rest: number, low: number): number {
  const v = value / low;
  // At the money V = s/√(2π) up to a relative s²/24.
  if (x === 0 && v < 1e-9) return v * SQRT_2PI;
  const middle = Math.sqrt(2 * x);
  const vMiddle = x === 0 ? 0 : relativeValue(x, middle);
  if (v < vMiddle) {
    const lower = middle - vMiddle * SQRT_2PI;
    const vLower = relativeValue(x, lower);
    const slope = slopeOf(x, lower);
    if (v < vLower) {
      // The quotient may underflow; its logarithm does not.
      const lnV = v > 1e-290 ? ln(v) : ln(value) - ln(low);
      return solveLower(x, lnV, startLower(x, v, lnV, lower, vLower, slope), lower);
    }
    const shape = rationalCubicShape(vLower, vMiddle, lower, middle, 1 / slope, SQRT_2PI, 0, true);
    const start = rationalCubic(v, vLower, vMiddle, lower, middle, 1 / slope, SQRT_2PI, shape);
    return solveMiddle(x, v, start, lower, middle);
  }
  const upper = middle + (1 - vMiddle) * SQRT_2PI;
  const slope = slopeOf(x, upper);
  const restUpper = relativeRest(x, upper);
  const w = rest / low;
  if (w < restUpper) return solveUpper(x, w, startUpper(x, w, upper, restUpper, slope), upper);
  const vUpper = 1 - restUpper;
  const shape = rationalCubicShape(vMiddle, vUpper, middle, upper, SQRT_2PI, 1 / slope, 0, false);
  const start = rationalCubic(v, vMiddle, vUpper, middle, upper, SQRT_2PI, 1 / slope, shape);
  return solveMiddle(x, v, start, middle, upper);
}

/** G(a) − G(b), which is V/V′ over √(2π). */
function tailDifference(x: number, s: number): number {
  const h = x / s;
  const t = 0.5 * s;
  if (t <= SERIES_MAX) return tailDrop(h, t, scaledTail(h));
  return scaledTail(h - t) - scaledTail(h + t);
}

function gaussianOf(x: number, s: number): number {
  const a = x / s - 0.5 * s;
  return exp(-0.5 * a * a);
}

function slopeOf(x: number, s: number): number {
  return INV_SQRT_2PI * gaussianOf(x, s);
}

function relativeValue(x: number, s: number): number {
  return gaussianOf(x, s) * tailDifference(x, s);
}

/** 1 − V for s ≥ √(2x). */
function relativeRest(x: number, s: number): number {
  const h = x / s;
  const t = 0.5 * s;
  return gaussianOf(x, s) * (scaledTail(t - h) + scaledTail(h + t));
}

/**
 * Interpolates f = (2πx/3√3)·Φ(−z)³·exp(x/2) with z = x/(s√3), which grows like V where V → 0,
 * and returns the s of the f found. df/dV = 2πz²G(z)²·exp(s²/8).
 */
function startLower(
  x: number,
  v: number,
  lnV: number,
  lower: number,
  vLower: number,
  slope: number,
): number {
  const z = x / (SQRT_3 * lower);
  const g = scaledTail(z);
  const cube = g * g * g * exp(0.5 * x - 1.5 * z * z);
  const f = ((TWO_PI * x) / (3 * SQRT_3)) * cube;
  const first = TWO_PI * z * z * g * g * exp(0.125 * lower * lower);
  const bend = -2 - 2 * z * (z - INV_SQRT_2PI / g) + 0.25 * lower * lower;
  const second = (first * bend) / (lower * slope);
  const shape = rationalCubicShape(0, vLower, 0, f, 1, first, second, true);
  const ratio = growth(v / vLower, f / vLower, 1, first, shape);
  const lnF = lnV + ln(ratio) - 0.5 * x;
  const lnPhi = (lnF - ln((TWO_PI * x) / (3 * SQRT_3))) / 3;
  return Math.min(x / (SQRT_3 * tailQuantile(lnPhi)), lower);
}

/** Interpolates f = Φ(−s/2) over w = 1 − V, and returns the s. df/dw = ½·exp((h² − x)/2). */
function startUpper(x: number, w: number, upper: number, restUpper: number, slope: number): number {
  const h = x / upper;
  const t = 0.5 * upper;
  const f = exp(-0.5 * t * t) * scaledTail(t);
  const first = 0.5 * exp(0.5 * (h * h - x));
  const atZero = 0.5 * exp(-0.5 * x);
  const second = (first * h * h) / (upper * slope);
  const shape = rationalCubicShape(0, restUpper, 0, f, atZero, first, second, true);
  const ratio = growth(w / restUpper, f / restUpper, atZero, first, shape);
  return Math.max(2 * tailQuantile(ln(w) + ln(ratio)), upper);
}

/** The rational cubic through the origin, over its argument: it does not underflow there. */
function growth(u: number, chord: number, atZero: number, atEnd: number, shape: number): number {
  const rest = 1 - u;
  // A shape that keeps the data monotone has it no lower than atZero; rounding could, far below.
  const inner = Math.max(shape * chord - atEnd, atZero);
  const top = chord * u * u + inner * u * rest + atZero * rest * rest;
  return top / (1 + (shape - 3) * u * rest);
}

/** z ≥ 0 with ln Φ(−z) = lnP, to 5e-4 (Abramowitz & Stegun 26.2.23). */
function tailQuantile(lnP: number): number {
  const t = Math.sqrt(-2 * lnP);
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - top / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/** Householder's step of third order from Newton's and the ratios f″/f′ and f‴/f′. */
function householder(newton: number, second: number, third: number): number {
  return (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + (third * newton) / 6));
}

/** The next s; a step out of the zone goes halfway to its limit instead. */
function stepInside(s: number, step: number, low: number, high: number): number {
  const next = s + step;
  if (next > high) return 0.5 * (s + high);
  if (next < low) return 0.5 * (s + low);
  return next;
}

/** Zone V < vLower: objective 1/ln V. */
function solveLower(x: number, lnV: number, start: number, high: number): number {
  let s = start;
  for (let step = 0; step < STEPS_MAX; step++) {
    const h = x / s;
    const t = 0.5 * s;
    const a = h - t;
    const drop = tailDifference(x, s);
    const l = ln(drop) - 0.5 * a * a;
    const l1 = INV_SQRT_2PI / drop;
    const bend = (h * h - t * t) / s;
    const bend1 = (-3 * h * h) / (s * s) - 0.25;
    const m = bend - l1;
    const m1 = bend1 - l1 * m;
    const q = m - (2 * l1) / l;
    const q1 = m1 - ((2 * l1) / l) * (m - l1 / l);
    const newton = ((lnV - l) * l) / (lnV * l1);
    const move = householder(newton, q, q * q + q1);
    s = stepInside(s, move, 0, high);
    if (Math.abs(move) <= LAST_MOVE * s) break;
  }
  return s;
}

/** The two middle zones: objective V itself. */
function solveMiddle(x: number, v: number, start: number, low: number, high: number): number {
  let s = start;
  for (let step = 0; step < STEPS_MAX; step++) {
    const h = x / s;
    const t = 0.5 * s;
    const gauss = gaussianOf(x, s);
    const newton = (v / gauss - tailDifference(x, s)) * SQRT_2PI;
    const bend = (h * h - t * t) / s;
    const bend1 = (-3 * h * h) / (s * s) - 0.25;
    const move = householder(newton, bend, bend * bend + bend1);
    s = stepInside(s, move, low, high);
    if (Math.abs(move) <= LAST_MOVE * s) break;
  }
  return s;
}

/** Zone w = 1 − V < restUpper: objective ln(1 − V). */
function solveUpper(x: number, w: number, start: number, low: number): number {
  const lnW = ln(w);
  let s = start;
  for (let step = 0; step < STEPS_MAX; step++) {
    const h = x / s;
    const t = 0.5 * s;
    const a = h - t;
    const sum = scaledTail(-a) + scaledTail(h + t);
    const l1 = -INV_SQRT_2PI / sum;
    const newton = (lnW - (ln(sum) - 0.5 * a * a)) / l1;
    const m = (h * h - t * t) / s - l1;
    const m1 = (-3 * h * h) / (s * s) - 0.25 - l1 * m;
    const move = householder(newton, m, m * m + m1);
    s = stepInside(s, move, low, SPREAD_MAX);
    if (Math.abs(move) <= LAST_MOVE * s) break;
  }
  return s;
}
