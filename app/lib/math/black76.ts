/**
 * Black-76: the value of a European option on a forward, discount factor 1 (F. Black, "The pricing
 * of commodity contracts", 1976; the Greeks as in E. G. Haug, "The Complete Guide to Option
 * Pricing Formulas", ch. 2).
 *
 * With x = |ln(F/K)|, s = σ√τ, h = x/s, t = s/2, a = h − t, b = h + t, and lo, hi the smaller and
 * larger of F and K, the out-of-the-money option is worth
 *
 *   lo·Φ(−a) − hi·Φ(−b) = lo·exp(−a²/2)·(G(a) − G(b))
 *
 * with G the scaled tail of normal.ts, since lo·φ(a) = hi·φ(b). The bracket cancels when t is small;
 * there it is the integral of −G′ from a to b, by its Taylor series about h (the same idea as in
 * P. Jäckel, "Let's Be Rational", 2015, §6). The in-the-money side adds the intrinsic value.
 */
import { refuse } from './errors.ts';
import { exp } from './exp.ts';
import { lnRatio } from './ln.ts';
import { INV_SQRT_2PI, scaledTail } from './normal.ts';

/** Prices are 0 or between these, so that no product of two of them overflows. */
export const PRICE_MIN = 1e-140;
export const PRICE_MAX = 1e140;
/** Volatilities, times and total variances are at most this. */
export const SPREAD_MAX = 1e100;
/** A standard deviation below this is 0. */
const DEVIATION_MIN = 1e-280;
/** Half-deviations up to this take the series. */
const SERIES_MAX = 0.0625;
/** Beyond this many deviations the density is 0 in a double. */
const UNDERFLOW = 38.6;

/** All per unit of the underlying; times are in years of 365 days. */
export interface Black76 {
  price: number;
  /** ∂price/∂F. */
  delta: number;
  /** ∂²price/∂F². */
  gamma: number;
  /** ∂price/∂σ, for a volatility of 1.00. */
  vega: number;
  /** ∂price/∂(calendar time), a year: −∂price/∂τ, at most 0. */
  theta: number;
  /** ∂price/∂r at r = 0 with the forward held: −τ·price. */
  rho: number;
  /** ∂²price/∂F∂σ. */
  vanna: number;
  /** ∂²price/∂σ². */
  volga: number;
  /** ∂delta/∂(calendar time), a year. */
  charm: number;
}

/** One array a Greek, each at least as long as the strip. */
export type Black76Arrays = Readonly<Record<keyof Black76, Float64Array>>;

/**
 * The undiscounted price, totalVariance = σ²τ. Limits: no variance gives the intrinsic value, an
 * infinite one or a forward or strike of 0 the bound. Throws MathInputError for NaN, a negative
 * number, or a price that is neither 0 nor in [PRICE_MIN, PRICE_MAX].
 */
export function black76Price(
  isCall: boolean,
  forward: number,
  strike: number,
  totalVariance: number,
): number {
  checkPrice('forward', forward);
  checkPrice('strike', strike);
  if (!(totalVariance >= 0)) refuse('total variance', totalVariance);
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  return intrinsic + timeValue(forward, strike, Math.sqrt(totalVariance));
}

function checkPrice(what: string, price: number): void {
  if (!((price >= PRICE_MIN && price <= PRICE_MAX) || price === 0)) refuse(what, price);
}

/** The out-of-the-money price of a standard deviation s ≥ 0, prices checked by the caller. */
export function timeValue(forward: number, strike: number, s: number): number {
  const low = Math.min(forward, strike);
  if (!(s >= DEVIATION_MIN) || low === 0) return 0;
  if (s > 2 * SPREAD_MAX) return low;
  const h = Math.abs(lnRatio(forward, strike)) / s;
  const t = 0.5 * s;
  const a = h - t;
  if (a > UNDERFLOW) return 0;
  if (a < -UNDERFLOW) return low;
  const gauss = exp(-0.5 * a * a);
  if (t <= SERIES_MAX) return low * gauss * tailDrop(h, t);
  if (a >= -1) return low * gauss * (scaledTail(a) - scaledTail(h + t));
  return low * (1 - gauss * (scaledTail(-a) + scaledTail(h + t)));
}

/**
 * G(h − t) − G(h + t) = 2t·Σ E⁽²ⁿ⁾(h)·t²ⁿ/(2n+1)! with E = −G′ = 1/√(2π) − hG and
 * E⁽ⁿ⁺¹⁾ = h·E⁽ⁿ⁾ + (n+1)·E⁽ⁿ⁻¹⁾. For t ≤ 1/16 the first term left out is below 1e-16 of the sum.
 */
export function tailDrop(h: number, t: number): number {
  const g = scaledTail(h);
  const e0 = INV_SQRT_2PI - h * g;
  const e1 = h * e0 - g;
  const e2 = h * e1 + 2 * e0;
  const e3 = h * e2 + 3 * e1;
  const e4 = h * e3 + 4 * e2;
  const e5 = h * e4 + 5 * e3;
  const e6 = h * e5 + 6 * e4;
  const e7 = h * e6 + 7 * e5;
  const e8 = h * e7 + 8 * e6;
  const v = t * t;
  const bend = e2 / 6 + v * (e4 / 120 + v * (e6 / 5040 + v * (e8 / 362880)));
  return 2 * t * (e0 + v * bend);
}

const single: Black76Arrays = {
  price: new Float64Array(1),
  delta: new Float64Array(1),
  gamma: new Float64Array(1),
  vega: new Float64Array(1),
  theta: new Float64Array(1),
  rho: new Float64Array(1),
  vanna: new Float64Array(1),
  volga: new Float64Array(1),
  charm: new Float64Array(1),
};
const singleKind = new Uint8Array(1);
const singleStrike = new Float64Array(1);
const singleSigma = new Float64Array(1);

/**
 * Price and Greeks of one option. The same bits as black76Strip gives.
 * Where σ√τ is 0 they are the limits for σ√τ → 0: delta 1, ½ (at F = K) or 0 less 1 for a put, the
 * rest 0 away from the money. At F = K gamma is Infinity, theta and charm −Infinity if σ > 0.
 * Throws MathInputError as black76Price does, and for a forward or strike of 0.
 */
export function black76(
  isCall: boolean,
  forward: number,
  strike: number,
  sigma: number,
  tauYears: number,
): Black76 {
  singleKind[0] = isCall ? 1 : 0;
  singleStrike[0] = strike;
  singleSigma[0] = sigma;
  black76Strip(1, singleKind, forward, singleStrike, singleSigma, tauYears, single);
  return {
    price: single.price[0]!,
    delta: single.delta[0]!,
    gamma: single.gamma[0]!,
    vega: single.vega[0]!,
    theta: single.theta[0]!,
    rho: single.rho[0]!,
    vanna: single.vanna[0]!,
    volga: single.volga[0]!,
    charm: single.charm[0]!,
  };
}

/**
 * Price and Greeks of `count` options on one forward and expiry into the caller's arrays.
 * kinds[i] is 1 for a call and 0 for a put; sigmas[i] the volatility of strikes[i]. Throws
 * MathInputError at the first bad option; those before it are filled by then.
 */
export function black76Strip(
  count: number,
  kinds: Uint8Array,
  forward: number,
  strikes: Float64Array,
  sigmas: Float64Array,
  tauYears: number,
  out: Black76Arrays,
): void {
  if (!(forward >= PRICE_MIN && forward <= PRICE_MAX)) refuse('forward', forward);
  if (!(tauYears >= 0 && tauYears <= SPREAD_MAX)) refuse('time', tauYears);
  const { price, delta, gamma, vega, theta, rho, vanna, volga, charm } = out;
  const rootTau = Math.sqrt(tauYears);
  const inverseForward = 1 / forward;
  const halfInverseTau = 0.5 / tauYears;
  for (let i = 0; i < count; i++) {
    const isCall = kinds[i] === 1;
    const strike = strikes[i]!;
    const sigma = sigmas[i]!;
    if (!(strike >= PRICE_MIN && strike <= PRICE_MAX)) refuse('strike', strike);
    if (!(sigma >= 0 && sigma <= SPREAD_MAX)) refuse('volatility', sigma);
    const s = sigma * rootTau;
    const isBelow = forward < strike;
    const low = isBelow ? forward : strike;
    const inverseS = 1 / s;
    const h = Math.abs(lnRatio(forward, strike)) * inverseS;
    const t = 0.5 * s;
    const a = h - t;
    const b = h + t;
    if (!(s >= DEVIATION_MIN && a <= UNDERFLOW && a >= -UNDERFLOW)) {
      fillLimits(i, isCall, forward, strike, sigma, tauYears, out);
      continue;
    }
    const gauss = exp(-0.5 * a * a);
    const hasTailA = a >= -1;
    // Φ(−a) where a ≥ −1, else Φ(a); and hi·Φ(−b)/lo. The series needs but one of the two.
    let nearTail: number;
    let farTail: number;
    let value: number;
    if (t <= SERIES_MAX) {
      value = gauss * tailDrop(h, t);
      const tail = gauss * scaledTail(isBelow ? a : b);
      nearTail = tail;
      farTail = tail;
    } else {
      nearTail = gauss * scaledTail(hasTailA ? a : -a);
      farTail = gauss * scaledTail(b);
      value = hasTailA ? nearTail - farTail : 1 - nearTail - farTail;
    }
    // Φ(d1) and Φ(−d1), the smaller one without cancellation.
    const upper = isBelow ? nearTail : farTail * (strike * inverseForward);
    const isUpperAbove = isBelow && hasTailA;
    const worth = low * value + Math.max(isCall ? forward - strike : strike - forward, 0);
    const density = INV_SQRT_2PI * low * gauss;
    const d1 = isBelow ? -a : b;
    const d2 = isBelow ? -b : a;
    const vegaHere = density * rootTau;
    const densityPerForward = density * inverseForward;
    price[i] = worth;
    delta[i] = isCall ? (isUpperAbove ? upper : 1 - upper) : isUpperAbove ? upper - 1 : -upper;
    gamma[i] = densityPerForward * inverseForward * inverseS;
    vega[i] = vegaHere;
    theta[i] = -density * s * halfInverseTau;
    rho[i] = -tauYears * worth;
    vanna[i] = -densityPerForward * rootTau * d2 * inverseS;
    volga[i] = vegaHere * rootTau * d1 * d2 * inverseS;
    charm[i] = densityPerForward * d2 * halfInverseTau;
  }
}

/** The limits where there is no deviation, or so much or so little that the density is 0. */
function fillLimits(
  i: number,
  isCall: boolean,
  forward: number,
  strike: number,
  sigma: number,
  tauYears: number,
  out: Black76Arrays,
): void {
  const s = sigma * Math.sqrt(tauYears);
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  const value = intrinsic + timeValue(forward, strike, s);
  const isFlat = s < DEVIATION_MIN;
  const isAtTheMoney = isFlat && forward === strike;
  const isAbove = isFlat ? forward > strike : forward > strike || value > intrinsic;
  const callDelta = isAtTheMoney ? 0.5 : isAbove ? 1 : 0;
  out.price[i] = value;
  out.delta[i] = isCall ? callDelta : callDelta - 1;
  out.gamma[i] = isAtTheMoney ? Infinity : 0;
  out.vega[i] = isAtTheMoney ? forward * INV_SQRT_2PI * Math.sqrt(tauYears) : 0;
  out.theta[i] = isAtTheMoney && sigma > 0 ? -Infinity : 0;
  out.rho[i] = -tauYears * value;
  out.vanna[i] = isAtTheMoney ? 0.5 * INV_SQRT_2PI * Math.sqrt(tauYears) : 0;
  out.volga[i] = 0;
  out.charm[i] = isAtTheMoney && sigma > 0 ? -Infinity : 0;
}
