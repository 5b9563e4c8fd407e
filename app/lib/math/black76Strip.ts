/**
 * Price and all Greeks of a strip of options. The formulas and their precision are those of
 * black76.ts; here they run as passes over short blocks, each a small loop without allocation.
 */
import {
  DEVIATION_MIN,
  PRICE_MAX,
  PRICE_MIN,
  SERIES_MAX,
  SPREAD_MAX,
  tailDrop,
  timeValue,
  UNDERFLOW,
} from './black76.ts';
import { refuse } from './errors.ts';
import { exp } from './exp.ts';
import { lnRatio } from './ln.ts';
import { INV_SQRT_2PI, scaledTailsInPlace } from './normal.ts';
import { TAIL_MIN } from './tables.ts';

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

/** Options a block: its scratch stays in the first-level cache. */
const BLOCK = 64;

/** How an option's out-of-the-money value is found; see black76.ts. */
const LIMIT = 0;
const SERIES = 1;
const DIFFERENCE = 2;
const COMPLEMENT = 3;

const ways = new Uint8Array(BLOCK);
const distances = new Float64Array(BLOCK);
const gaussians = new Float64Array(BLOCK);
/** The two arguments of G, then its two values. */
const nearTails = new Float64Array(BLOCK);
const farTails = new Float64Array(BLOCK);

/**
 * Price and Greeks of `count` options on one forward and expiry into the caller's arrays.
 * kinds[i] is 1 for a call, 0 for a put; sigmas[i] is the volatility of strikes[i].
 *
 * Where σ√τ is 0 they are the limits for σ√τ → 0: away from the money delta is 0 or ±1 and the
 * rest 0; at F = K delta is ±½, gamma Infinity, and theta and charm −Infinity if σ > 0.
 *
 * Throws MathInputError for NaN, a negative number, a price outside [PRICE_MIN, PRICE_MAX] or a
 * volatility or time above SPREAD_MAX; options before the bad one may be filled by then.
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
  for (let start = 0; start < count; start += BLOCK) {
    const length = Math.min(BLOCK, count - start);
    prepare(start, length, forward, strikes, sigmas, tauYears);
    scaledTailsInPlace(nearTails, length);
    scaledTailsInPlace(farTails, length);
    fillBlock(start, length, kinds, forward, strikes, sigmas, tauYears, out);
  }
}

/** Standard deviations, ways, Gaussians and the two points at which the scaled tail is needed. */
function prepare(
  start: number,
  length: number,
  forward: number,
  strikes: Float64Array,
  sigmas: Float64Array,
  tauYears: number,
): void {
  const rootTau = Math.sqrt(tauYears);
  for (let i = 0; i < length; i++) {
    const strike = strikes[start + i]!;
    const sigma = sigmas[start + i]!;
    if (!(strike >= PRICE_MIN && strike <= PRICE_MAX)) refuse('strike', strike);
    if (!(sigma >= 0 && sigma <= SPREAD_MAX)) refuse('volatility', sigma);
    const s = sigma * rootTau;
    const h = Math.abs(lnRatio(forward, strike)) / s;
    const t = 0.5 * s;
    const a = h - t;
    if (!(s >= DEVIATION_MIN && a <= UNDERFLOW && a >= -UNDERFLOW)) {
      ways[i] = LIMIT;
      nearTails[i] = 0;
      farTails[i] = 0;
      continue;
    }
    distances[i] = h;
    gaussians[i] = exp(-0.5 * a * a);
    if (t <= SERIES_MAX) {
      ways[i] = SERIES;
      nearTails[i] = h;
      farTails[i] = forward < strike ? a : h + t;
    } else {
      ways[i] = a >= TAIL_MIN ? DIFFERENCE : COMPLEMENT;
      nearTails[i] = a >= TAIL_MIN ? a : -a;
      farTails[i] = h + t;
    }
  }
}

function fillBlock(
  start: number,
  length: number,
  kinds: Uint8Array,
  forward: number,
  strikes: Float64Array,
  sigmas: Float64Array,
  tauYears: number,
  out: Black76Arrays,
): void {
  const { price, delta, gamma, vega, theta, rho, vanna, volga, charm } = out;
  const rootTau = Math.sqrt(tauYears);
  const inverseForward = 1 / forward;
  const halfInverseTau = 0.5 / tauYears;
  for (let i = 0; i < length; i++) {
    const at = start + i;
    const way = ways[i]!;
    const isCall = kinds[at] === 1;
    const strike = strikes[at]!;
    const s = sigmas[at]! * rootTau;
    if (way === LIMIT) {
      fillLimits(at, isCall, forward, strike, s, tauYears, out);
      continue;
    }
    const isBelow = forward < strike;
    const low = isBelow ? forward : strike;
    const h = distances[i]!;
    const t = 0.5 * s;
    const gauss = gaussians[i]!;
    const near = nearTails[i]!;
    const far = farTails[i]!;
    const value =
      way === SERIES
        ? gauss * tailDrop(h, t, near)
        : way === DIFFERENCE
          ? gauss * (near - far)
          : 1 - gauss * (near + far);
    // Φ(d1), or its complement where that is the smaller one.
    const tail = gauss * (isBelow && way !== SERIES ? near : far);
    const upper = isBelow ? tail : tail * (strike * inverseForward);
    const isComplement = !isBelow || way === COMPLEMENT;
    const callDelta = isComplement ? 1 - upper : upper;
    const putDelta = isComplement ? -upper : upper - 1;
    const worth = low * value + Math.max(isCall ? forward - strike : strike - forward, 0);
    // F·φ(d1), which is K·φ(d2).
    const density = INV_SQRT_2PI * low * gauss;
    const d1 = isBelow ? t - h : h + t;
    const d2 = isBelow ? -h - t : h - t;
    const inverseS = 1 / s;
    const densityPerForward = density * inverseForward;
    const vegaHere = density * rootTau;
    const bend = rootTau * d2 * inverseS;
    price[at] = worth;
    delta[at] = isCall ? callDelta : putDelta;
    gamma[at] = densityPerForward * inverseForward * inverseS;
    vega[at] = vegaHere;
    theta[at] = -density * s * halfInverseTau;
    rho[at] = -tauYears * worth;
    vanna[at] = -densityPerForward * bend;
    volga[at] = vegaHere * d1 * bend;
    charm[at] = densityPerForward * d2 * halfInverseTau;
  }
}

/** The limits where there is no deviation, or so much or so little that the density is 0. */
function fillLimits(
  at: number,
  isCall: boolean,
  forward: number,
  strike: number,
  s: number,
  tauYears: number,
  out: Black76Arrays,
): void {
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  const value = timeValue(forward, strike, s);
  const isFlat = s < DEVIATION_MIN;
  const isAtTheMoney = isFlat && forward === strike;
  const callDelta = isAtTheMoney ? 0.5 : forward > strike || value > 0 ? 1 : 0;
  const rootTau = Math.sqrt(tauYears);
  out.price[at] = intrinsic + value;
  out.delta[at] = isCall ? callDelta : callDelta - 1;
  out.gamma[at] = isAtTheMoney ? Infinity : 0;
  out.vega[at] = isAtTheMoney ? forward * INV_SQRT_2PI * rootTau : 0;
  out.theta[at] = isAtTheMoney && tauYears === 0 ? -Infinity : 0;
  out.rho[at] = -tauYears * (intrinsic + value);
  out.vanna[at] = isAtTheMoney ? 0.5 * INV_SQRT_2PI * rootTau : 0;
  out.volga[at] = 0;
  out.charm[at] = isAtTheMoney && tauYears === 0 ? -Infinity : 0;
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

/** Price and Greeks of one option: the same bits, limits and errors as black76Strip's. */
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
