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
 * with G the scaled tail of normal.ts, since lo·φ(a) = hi·φ(b). The bracket cancels when t is
 * small; there it is the integral of −G′ from a to b, by its Taylor series about h (the idea of
 * P. Jäckel, "Let's Be Rational", 2015, §6). The in-the-money side adds the intrinsic value.
 */
import { refuse } from './errors.ts';
import { exp } from './exp.ts';
import { lnRatio } from './ln.ts';
import { INV_SQRT_2PI, scaledTail } from './normal.ts';
import { TAIL_MIN } from './tables.ts';

/** Prices are between these, so that no product of two overflows; a lower one counts as 0. */
export const PRICE_MIN = 1e-140;
export const PRICE_MAX = 1e140;
/** Volatilities, times and total variances are at most this. */
export const SPREAD_MAX = 1e100;
/** A standard deviation below this is 0. */
export const DEVIATION_MIN = 1e-280;
/** Half-deviations up to this take the series. */
export const SERIES_MAX = 0.0625;
/** Beyond this many deviations the density is 0 in a double. */
export const UNDERFLOW = 38.6;

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
 * number or a price above PRICE_MAX.
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
  if (!(price >= 0 && price <= PRICE_MAX)) refuse(what, price);
}

/** The out-of-the-money price of a standard deviation s ≥ 0, prices checked by the caller. */
export function timeValue(forward: number, strike: number, s: number): number {
  const low = Math.min(forward, strike);
  if (!(s >= DEVIATION_MIN) || low < PRICE_MIN) return 0;
  if (s > 2 * SPREAD_MAX) return low;
  const h = Math.abs(lnRatio(forward, strike)) / s;
  const t = 0.5 * s;
  const a = h - t;
  if (a > UNDERFLOW) return 0;
  if (a < -UNDERFLOW) return low;
  const gauss = exp(-0.5 * a * a);
  if (t <= SERIES_MAX) return low * gauss * tailDrop(h, t, scaledTail(h));
  if (a >= TAIL_MIN) return low * gauss * (scaledTail(a) - scaledTail(h + t));
  return low * (1 - gauss * (scaledTail(-a) + scaledTail(h + t)));
}

/**
 * G(h − t) − G(h + t) = 2t·Σ E⁽²ⁿ⁾(h)·t²ⁿ/(2n+1)! with E = −G′ = 1/√(2π) − hG and
 * E⁽ⁿ⁺¹⁾ = h·E⁽ⁿ⁾ + (n+1)·E⁽ⁿ⁻¹⁾, where g = G(h). For t ≤ 1/16 the first term left out is below
 * 1e-16 of the sum.
 */
export function tailDrop(h: number, t: number, g: number): number {
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
