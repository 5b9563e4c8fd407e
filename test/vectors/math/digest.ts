/**
 * One SHA-256 over the bits of many results of app/lib/math, at arguments from an integer
 * generator. It must be the same on every Node version and processor; digest.json has it.
 */
import { createHash } from 'node:crypto';
import {
  black76,
  black76Price,
  exp,
  expm1,
  greeksAroundSettlement,
  impliedVol,
  ln,
  lnRatio,
  log1p,
  normCdf,
  normPdf,
  repairSurface,
  scaledTail,
  settlementTerms,
  surfaceVariance,
} from '../../../app/lib/math/index.ts';
import type { Black76, Surface } from '../../../app/lib/math/index.ts';

/** Uniform on [0, 1) with 53 bits: xorshift128 by G. Marsaglia, "Xorshift RNGs", 2003. */
function generator(): () => number {
  let [x, y, z, w] = [123456789, 362436069, 521288629, 88675123];
  const next = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ (t ^ (t >>> 8));
    return w >>> 0;
  };
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}

const greeks = (g: Black76): number[] => [
  g.price, g.delta, g.gamma, g.vega, g.theta, g.rho, g.vanna, g.volga, g.charm,
];

/** A row of nodes with anything in it, repaired, and read between its nodes. */
function surfaceResults(random: () => number): number[] {
  const [rows, width] = [3, 7];
  const surface: Surface = {
    taus: Float64Array.from({ length: rows }, (_, i) => 0.1 * (i + 1) + 0.05 * random()),
    width,
    nodes: Float64Array.from({ length: rows * width }, (_, at) => ((at % width) - 3) * 0.2),
    variances: Float64Array.from({ length: rows * width }, () => 0.02 + 0.1 * random()),
  };
  const repaired = repairSurface(surface);
  const times = [0.07, 0.17, 0.3];
  return [...repaired.variances, ...times.map((tau) => surfaceVariance(repaired, 0.33, tau))];
}

/** Each case takes the generator and returns some results; rarer ones are costlier. */
const cases: [every: number, results: (random: () => number) => number[]][] = [
  [1, (u) => [exp(1460 * u() - 750), exp(2 * u() - 1)]],
  [1, (u) => [expm1(80 * u() - 40), expm1(0.1 * u() - 0.05)]],
  [1, (u) => [ln(4 * u() + 1e-9), ln(exp(1400 * u() - 700))]],
  [1, (u) => [log1p(3 * u() - 0.999), log1p(1e-5 * u())]],
  [1, (u) => [lnRatio(1 + u(), 1 + u()), lnRatio(1 + 1000 * u(), 1 + u())]],
  [1, (u) => [normPdf(80 * u() - 40), normCdf(48 * u() - 39), normCdf(6 * u() - 3)]],
  [1, (u) => [scaledTail(14 * u() - 1.5), scaledTail(60 * u())]],
  [1, (u) => [black76Price(u() < 0.5, 100 * u() + 1, 100 * u() + 1, 4 * u() * u() * u())]],
  [1, (u) => greeks(black76(u() < 0.5, 100, 50 + 100 * u(), 0.01 + 2 * u(), 2 * u() * u()))],
  [2, (u) => [impliedResult(u)]],
  [4, (u) => greeks(windowResult(u))],
  [200, surfaceResults],
];

function impliedResult(u: () => number): number {
  const strike = 100 * exp(2 * u() - 1);
  const isCall = u() < 0.5;
  const deviation = 2 * u() * u();
  const price = black76Price(isCall, 100, strike, deviation * deviation);
  const result = impliedVol(isCall, price, 100, strike, 0.5);
  return result.ok ? result.sigma : -1;
}

function windowResult(u: () => number): Black76 {
  const secondsToExpiry = 3600 * u();
  const weightSeconds = Math.max(1800 - secondsToExpiry, 0) * (0.9 + 0.1 * u());
  const terms = settlementTerms({
    secondsToExpiry,
    windowSeconds: 1800,
    weightSeconds,
    weightedSum: weightSeconds * (99 + 2 * u()),
  });
  return greeksAroundSettlement(u() < 0.5, 100, 99 + 2 * u(), 0.1 + 2 * u(), terms);
}

/** The digest, in hexadecimal, over at least `evaluations` results. */
export function mathDigest(evaluations: number): string {
  const hash = createHash('sha256');
  const random = generator();
  const buffer = new ArrayBuffer(8);
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  let count = 0;
  for (let round = 0; count < evaluations; round++) {
    for (const [every, results] of cases) {
      if (round % every !== 0) continue;
      for (const value of results(random)) {
        view.setFloat64(0, value, true);
        hash.update(bytes);
        count++;
      }
    }
  }
  return hash.digest('hex');
}
