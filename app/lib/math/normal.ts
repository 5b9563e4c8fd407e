/**
 * The standard normal distribution from the exact IEEE operations only.
 *
 * Everything rests on the scaled tail G(z) = Φ(−z)·exp(z²/2), which is smooth and falls like
 * 1/z, so the exponential is the only fast factor. (G(z) is erfcx(z/√2)/2, or Mills' ratio over
 * √(2π): Abramowitz & Stegun 7.1, 26.2.)
 */
import { refuse } from './errors.ts';
import { expm1Tiny, POWER_ZERO, POWERS_OF_2, STEP_HIGH, STEP_LOW, STEPS_PER_UNIT } from './exp.ts';
import {
  EXP_TABLE,
  TAIL_FINE_ROWS,
  TAIL_MAX,
  TAIL_MIN,
  TAIL_ROW,
  TAIL_SPLIT,
  TAIL_TABLE,
} from './tables.ts';

/** 1/√(2π): nearest double, and as a head of 24 bits and the rest. */
export const INV_SQRT_2PI = 0.3989422804014327;
const INV_SQRT_2PI_HEAD = Math.fround(INV_SQRT_2PI);
const INV_SQRT_2PI_REST = INV_SQRT_2PI - INV_SQRT_2PI_HEAD - 2.4923272022777364e-17;

/** Beyond this |x| neither the density nor the tail is above half the smallest double. */
const UNDERFLOW = 38.6;

/**
 * (head + rest)·exp(−x²/2) for 0 ≤ x ≤ 38.6, a head of 24 bits and a rest below a tenth of it. The
 * square is split so that its rounding does not reach the exponent (x is cut to 24 bits, whose
 * square is exact), and the products of heads are exact, which leaves one rounding that counts.
 */
function timesGaussian(x: number, head: number, rest: number): number {
  const cut = Math.fround(x);
  const half = -0.5 * cut * cut;
  const n = Math.floor(half * STEPS_PER_UNIT + 0.5);
  const p = expm1Tiny(half - n * STEP_HIGH - (n * STEP_LOW + 0.5 * (x - cut) * (x + cut)));
  const i = (n & 127) << 1;
  const expHead = EXP_TABLE[i]!;
  const expRest = EXP_TABLE[i + 1]!;
  const main = expHead * head;
  const expWhole = expHead + expRest;
  const small = expHead * rest + expRest * (head + rest) + expWhole * (head + rest) * p;
  return (main + small) * POWERS_OF_2[POWER_ZERO + (n >> 7)]!;
}

/** φ(x) = exp(−x²/2)/√(2π). Error below 1 ulp. φ(±∞) = 0; NaN is refused. */
export function normPdf(x: number): number {
  const z = Math.abs(x);
  if (z < UNDERFLOW) return timesGaussian(z, INV_SQRT_2PI_HEAD, INV_SQRT_2PI_REST);
  if (z >= UNDERFLOW) return 0;
  return refuse('normPdf argument', x);
}

/** Φ(x), the probability below x. Error below 1 ulp down to the subnormals; NaN is refused. */
export function normCdf(x: number): number {
  if (x <= -UNDERFLOW) return 0;
  if (x >= 8.5) return 1;
  const z = Math.abs(x);
  if (!(z < UNDERFLOW)) return refuse('normCdf argument', x);
  const row = tailRow(z);
  const at = TAIL_ROW * row;
  const tail = timesGaussian(z, TAIL_TABLE[at]!, tailRest(z - tailMiddle(row), at, TAIL_TABLE));
  return x < 0 ? tail : 1 - tail;
}

/** The row whose interval holds z, for −1.5 ≤ z < 40. */
function tailRow(z: number): number {
  return z < TAIL_SPLIT ? ((z - TAIL_MIN) * 16) | 0 : TAIL_FINE_ROWS + (((z - TAIL_SPLIT) * 4) | 0);
}

/** The middle of a row's interval, exact. */
function tailMiddle(row: number): number {
  return row < TAIL_FINE_ROWS
    ? (row + 0.5) * 0.0625 + TAIL_MIN
    : (row - TAIL_FINE_ROWS + 0.5) * 0.25 + TAIL_SPLIT;
}

/** G less the head of its row, at a distance u from the middle. */
function tailRest(u: number, at: number, table: Float64Array): number {
  const v = u * u;
  const even = table[at + 3]! + v * (table[at + 5]! + v * (table[at + 7]! + v * table[at + 9]!));
  const odd = table[at + 2]! + v * (table[at + 4]! + v * (table[at + 6]! + v * table[at + 8]!));
  return table[at + 1]! + (u * odd + v * even);
}

/** G(z) = Φ(−z)·exp(z²/2) for z ≥ −1.5. Error below 2 ulp. Smaller z and NaN are refused. */
export function scaledTail(z: number): number {
  if (z >= TAIL_MIN && z < TAIL_MAX) {
    const row = tailRow(z);
    const at = TAIL_ROW * row;
    return TAIL_TABLE[at]! + tailRest(z - tailMiddle(row), at, TAIL_TABLE);
  }
  if (!(z >= TAIL_MAX)) return refuse('scaledTail argument', z);
  return scaledTailFar(z);
}

/** The same for the first `count` numbers, in place. */
export function scaledTailsInPlace(values: Float64Array, count: number): void {
  const table = TAIL_TABLE;
  for (let i = 0; i < count; i++) {
    const z = values[i]!;
    if (z >= TAIL_MIN && z < TAIL_SPLIT) {
      const row = ((z - TAIL_MIN) * 16) | 0;
      const at = TAIL_ROW * row;
      values[i] = table[at]! + tailRest(z - ((row + 0.5) * 0.0625 + TAIL_MIN), at, table);
    } else {
      values[i] = scaledTail(z);
    }
  }
}

/** The asymptotic series (A&S 26.2.12); at 40 the first term left out is 3e-18 of the value. */
function scaledTailFar(z: number): number {
  const w = 1 / z / z;
  const series = 1 - w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w * (1 - 9 * w * (1 - 11 * w)))));
  return (INV_SQRT_2PI / z) * series;
}
