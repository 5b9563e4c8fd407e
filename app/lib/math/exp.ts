/**
 * exp and expm1 from the exact IEEE operations only, so their bits are the same on every engine.
 * x = n·ln2/128 + r with |r| ≤ ln2/256, and e^x = 2^(n/128)·(1 + p(r)): the table-driven method of
 * P. T. P. Tang, ACM TOMS 15(2), 1989. p is the Taylor polynomial; its next term is below 7e-19.
 */
import { refuse } from './errors.ts';
import { EXP_TABLE } from './tables.ts';

/** ln2/128 as a part of 34 bits, so that its product with n is exact, and the rest. */
export const STEP_HIGH = 0.005415212347998022;
export const STEP_LOW = 1.2655086083325438e-13;
export const STEPS_PER_UNIT = 184.6649652337873;

/** POWERS_OF_2[k + POWER_ZERO] = 2^k; 0 below the subnormals. */
export const POWER_ZERO = 1088;
export const POWERS_OF_2: Float64Array = buildPowersOf2();

function buildPowersOf2(): Float64Array {
  const powers = new Float64Array(POWER_ZERO + 1024);
  powers[POWER_ZERO] = 1;
  for (let k = 1; k <= 1023; k++) powers[POWER_ZERO + k] = 2 * powers[POWER_ZERO + k - 1]!;
  for (let k = -1; k >= -POWER_ZERO; k--) powers[POWER_ZERO + k] = powers[POWER_ZERO + k + 1]! / 2;
  return powers;
}

/** e^r − 1 for |r| ≤ 0.003. */
export function expm1Tiny(r: number): number {
  return r + r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))));
}

/** e^x. Error below 1 ulp (see README). exp(−∞) = 0, exp(∞) = ∞; NaN is refused. */
export function exp(x: number): number {
  return x > -745.2 && x < 709.78 ? expInside(x, EXP_TABLE, POWERS_OF_2) : expOutside(x);
}

/** The same for the first `count` numbers, in place. */
export function expInPlace(values: Float64Array, count: number): void {
  const table = EXP_TABLE;
  const powers = POWERS_OF_2;
  for (let i = 0; i < count; i++) {
    const x = values[i]!;
    values[i] = x > -745.2 && x < 709.78 ? expInside(x, table, powers) : expOutside(x);
  }
}

/** The tables are arguments so that a loop over it looks them up once. */
function expInside(x: number, table: Float64Array, powers: Float64Array): number {
  const n = Math.floor(x * STEPS_PER_UNIT + 0.5);
  const p = expm1Tiny(x - n * STEP_HIGH - n * STEP_LOW);
  const k = n | 0;
  const i = (k & 127) << 1;
  const head = table[i]!;
  const rest = table[i + 1]!;
  return (head + (rest + (head + rest) * p)) * powers[POWER_ZERO + (k >> 7)]!;
}

/** 709.78 … 709.7827 ends at the largest double; beyond it the limits. */
function expOutside(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x >= 709.78) {
    const n = 131072;
    const p = expm1Tiny(x - n * STEP_HIGH - n * STEP_LOW);
    return (1 + p) * POWERS_OF_2[POWER_ZERO + 1023]! * 2;
  }
  if (x <= -745.2) return 0;
  return refuse('exp argument', x);
}

/** The Taylor polynomial for |x| ≤ 0.03; its next term is below 2e-18 of the value. */
function expm1Small(x: number): number {
  if (x > -1e-17 && x < 1e-17) return x;
  const tail = 1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040 + x * (1 / 40320))));
  return x + x * x * (0.5 + x * (1 / 6 + x * tail));
}

/** e^x − 1, without the cancellation near 0. Error below 1 ulp. NaN is refused. */
export function expm1(x: number): number {
  if (x > -0.03 && x < 0.03) return expm1Small(x);
  if (!(x > -38 && x < 709.78)) {
    if (x <= -38) return -1;
    return expOutside(x);
  }
  const n = Math.floor(x * STEPS_PER_UNIT + 0.5);
  const p = expm1Tiny(x - n * STEP_HIGH - n * STEP_LOW);
  const i = (n & 127) << 1;
  const head = EXP_TABLE[i]!;
  const rest = EXP_TABLE[i + 1]!;
  const power = POWERS_OF_2[POWER_ZERO + (n >> 7)]!;
  const small = (rest + (head + rest) * p) * power;
  // One rounding that counts: of head, which has 24 bits, less 1 exactly; of e^x − 1 where e^x is
  // small beside 1; of the whole where 1 is small beside e^x.
  if (x < -20) return head * power + small - 1;
  if (x < 20) return head * power - 1 + small;
  return head * power + (small - 1);
}
