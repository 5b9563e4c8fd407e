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
import type { Black76, Black76Arrays } from './black76.ts';
import { refuse } from './errors.ts';
import { expInPlace } from './exp.ts';
import { lnRatio } from './ln.ts';
import { INV_SQRT_2PI, scaledTailsInPlace } from './normal.ts';
import { TAIL_MIN } from './tables.ts';

/** Options a block: its scratch stays in the first-level cache. */
const BLOCK = 64;

/** How an option's out-of-the-money value is found; see black76.ts. */
const LIMIT = 0;
const SERIES = 1;
const DIFFERENCE = 2;
const COMPLEMENT = 3;

/** What the passes hand on. Each takes it into locals, which a loop then need not look up again. */
const scratch = {
  ways: new Uint8Array(BLOCK),
  /** h, t and 1/s. */
  distances: new Float64Array(BLOCK),
  halves: new Float64Array(BLOCK),
  inverses: new Float64Array(BLOCK),
  /** −a²/2, then exp(−a²/2), then F·φ(d1). */
  gaussians: new Float64Array(BLOCK),
  /** The two arguments of G, then its two values. */
  nearTails: new Float64Array(BLOCK),
  farTails: new Float64Array(BLOCK),
};

/**
 * Price and Greeks of `count` options on one forward and expiry into the caller's arrays.
 * kinds[i] is 1 for a call, 0 for a put; sigmas[i] is the volatility of strikes[i].
 *
 * Where σ√τ is 0 they are the limits for σ√τ → 0: away from the money delta is 0 or ±1 and the
 * rest 0; at F = K delta is ±½, gamma Infinity, and theta and charm −Infinity where τ = 0.
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
    measure(start, length, forward, strikes);
    const hasLimits = prepare(start, length, forward, strikes, sigmas, tauYears);
    expInPlace(scratch.gaussians, length);
    scaledTailsInPlace(scratch.nearTails, length);
    scaledTailsInPlace(scratch.farTails, length);
    fillValues(start, length, kinds, forward, strikes, tauYears, out);
    fillCurvatures(start, length, forward, strikes, tauYears, out);
    if (hasLimits) {
      for (let i = 0; i < length; i++) {
        if (scratch.ways[i] !== LIMIT) continue;
        const at = start + i;
        const s = sigmas[at]! * Math.sqrt(tauYears);
        fillLimits(at, kinds[at] === 1, forward, strikes[at]!, s, tauYears, out);
      }
    }
  }
}

/** |ln(F/K)| into `distances`: apart, because a loop this small runs at thrice the speed. */
function measure(start: number, length: number, forward: number, strikes: Float64Array): void {
  const { distances } = scratch;
  for (let i = 0; i < length; i++) {
    const strike = strikes[start + i]!;
    if (!(strike >= PRICE_MIN && strike <= PRICE_MAX)) refuse('strike', strike);
    distances[i] = Math.abs(lnRatio(forward, strike));
  }
}

/** Deviations, ways, exponents, and the two points at which the scaled tail is needed. */
function prepare(
  start: number,
  length: number,
  forward: number,
  strikes: Float64Array,
  sigmas: Float64Array,
  tauYears: number,
): boolean {
  const { ways, distances, halves, inverses, gaussians, nearTails, farTails } = scratch;
  const rootTau = Math.sqrt(tauYears);
  let hasLimits = false;
  for (let i = 0; i < length; i++) {
    const sigma = sigmas[start + i]!;
    if (!(sigma >= 0 && sigma <= SPREAD_MAX)) refuse('volatility', sigma);
    const s = sigma * rootTau;
    const inverseS = 1 / s;
    const t = 0.5 * s;
    const h = distances[i]! * inverseS;
    const a = h - t;
    const b = h + t;
    let way = a >= TAIL_MIN ? DIFFERENCE : COMPLEMENT;
    let near = a >= TAIL_MIN ? a : -a;
    let far = b;
    if (t <= SERIES_MAX) {
      way = SERIES;
      near = h;
      far = forward < strikes[start + i]! ? a : b;
    }
    if (!(s >= DEVIATION_MIN && Math.abs(a) <= UNDERFLOW)) {
      way = LIMIT;
      near = 0;
      far = 0;
      hasLimits = true;
    }
    ways[i] = way;
    distances[i] = h;
    halves[i] = t;
    inverses[i] = inverseS;
    gaussians[i] = way === LIMIT ? 0 : -0.5 * a * a;
    nearTails[i] = near;
    farTails[i] = far;
  }
  return hasLimits;
}

/** Price, delta and rho; leaves F·φ(d1) in `gaussians`. */
function fillValues(
  start: number,
  length: number,
  kinds: Uint8Array,
  forward: number,
  strikes: Float64Array,
  tauYears: number,
  { price, delta, rho }: Black76Arrays,
): void {
  const { ways, distances, halves, gaussians, nearTails, farTails } = scratch;
  const inverseForward = 1 / forward;
  for (let i = 0; i < length; i++) {
    const way = ways[i]!;
    const kind = kinds[start + i]!;
    const strike = strikes[start + i]!;
    const isBelow = forward < strike;
    const low = isBelow ? forward : strike;
    const gauss = gaussians[i]!;
    const near = nearTails[i]!;
    const far = farTails[i]!;
    const value =
      way === SERIES
        ? gauss * tailDrop(distances[i]!, halves[i]!, near)
        : way === DIFFERENCE
          ? gauss * (near - far)
          : 1 - gauss * (near + far);
    // Φ(d1), or its complement where that is the smaller one.
    const tail = gauss * (isBelow && way !== SERIES ? near : far);
    const complement = !isBelow || way === COMPLEMENT ? 1 : 0;
    const upper = isBelow ? tail : -tail * (strike * inverseForward);
    // Of call and put without a branch on the kind, which no processor can predict.
    const worth = low * value + Math.max((2 * kind - 1) * (forward - strike), 0);
    price[start + i] = worth;
    delta[start + i] = (isBelow && complement === 1 ? -upper : upper) + (kind + complement - 1);
    rho[start + i] = -tauYears * worth;
    gaussians[i] = INV_SQRT_2PI * low * gauss;
  }
}

/** The Greeks that are the same for call and put. */
function fillCurvatures(
  start: number,
  length: number,
  forward: number,
  strikes: Float64Array,
  tauYears: number,
  { gamma, vega, theta, vanna, volga, charm }: Black76Arrays,
): void {
  const { distances, halves, inverses, gaussians } = scratch;
  const rootTau = Math.sqrt(tauYears);
  const inverseForward = 1 / forward;
  // Finite, for no Greek is to be 0·∞ in the last 1e-309 years.
  const halfInverseTau = Math.min(0.5 / tauYears, Number.MAX_VALUE);
  for (let i = 0; i < length; i++) {
    const at = start + i;
    const density = gaussians[i]!;
    const h = distances[i]!;
    const t = halves[i]!;
    const isBelow = forward < strikes[at]!;
    const d1 = isBelow ? t - h : h + t;
    const d2 = isBelow ? -h - t : h - t;
    const inverseS = inverses[i]!;
    const densityPerForward = density * inverseForward;
    const vegaHere = density * rootTau;
    const bend = rootTau * d2 * inverseS;
    gamma[at] = densityPerForward * inverseForward * inverseS;
    vega[at] = vegaHere;
    theta[at] = -2 * density * t * halfInverseTau;
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
