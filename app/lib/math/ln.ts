/**
 * Natural logarithms from the exact IEEE operations only. All rest on ln((1+s)/(1−s)) =
 * 2s + s·w·P(w), w = s², |s| ≤ 1/3, with P of degree 9 fitted at Chebyshev nodes (relative error
 * of the whole below 8e-18), in the arrangement of K. C. Ng (fdlibm, e_log.c, description).
 */
import { refuse } from './errors.ts';

/** ln2 in 40 bits, so that its product with an exponent is exact, and the rest. */
const LN2_HIGH = 0.6931471805592082;
const LN2_LOW = 7.371002565167799e-13;
const SQRT_HALF_HIGH_WORD = 0x3fe6a09e;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** 1 where the low word of a double comes first, as on every platform that Node supports. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0]!;

/** w·P(w): what ln((1+s)/(1−s))/s exceeds 2 by, for w = s² ≤ 1/9. */
function seriesTail(w: number): number {
  const v = w * w;
  const even =
    0.6666666666666666 +
    v *
      (0.2857142856710876 +
        v * (0.18181789436132859 + v * (0.13314144209654935 + v * 0.08800738486144674)));
  const odd =
    0.40000000000014585 +
    v *
      (0.22222222717427864 +
        v * (0.15385570064958623 + v * (0.12001072809590713 + v * 0.1616404561194353)));
  return w * (even + w * odd);
}

/** ln x. Error below 1 ulp. ln(0) = −∞, ln(∞) = ∞; x < 0 and NaN are refused. */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) {
    if (x === 0) return -Infinity;
    if (x === Infinity) return Infinity;
    return refuse('ln argument', x);
  }
  let exponent = 0;
  float[0] = x;
  if (words[HIGH]! < 0x00100000) {
    exponent = -54;
    float[0] = x * 18014398509481984;
  }
  return lnOfParts(exponent, 0);
}

/** ln of the number in `float` times 2^exponent, plus a correction far smaller than it. */
function lnOfParts(exponent: number, correction: number): number {
  const high = words[HIGH]!;
  // Adding 1.0's and subtracting √½'s high word makes the mantissa run from √½ to √2.
  const shifted = high + (0x3ff00000 - SQRT_HALF_HIGH_WORD);
  const k = exponent + (shifted >> 20) - 1023;
  words[HIGH] = (shifted & 0x000fffff) + SQRT_HALF_HIGH_WORD;
  const f = float[0]! - 1;
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  const bend = s * (halfSquare + seriesTail(s * s));
  return k * LN2_HIGH - (halfSquare - (bend + (k * LN2_LOW + correction)) - f);
}

/** ln(1 + x), without the cancellation near 0. Error below 1 ulp. x < −1 and NaN are refused. */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) {
    if (x === -1) return -Infinity;
    if (x === Infinity) return Infinity;
    return refuse('log1p argument', x);
  }
  if (x > -1e-17 && x < 1e-17) return x;
  if (x > -0.29 && x < 0.41) {
    const s = x / (2 + x);
    const halfSquare = 0.5 * x * x;
    return x - (halfSquare - s * (halfSquare + seriesTail(s * s)));
  }
  const sum = 1 + x;
  // What the addition dropped, relative to the sum.
  const dropped = x >= 1 ? 1 - (sum - x) : x - (sum - 1);
  float[0] = sum;
  return lnOfParts(0, dropped / sum);
}

/**
 * ln(a/b) for positive normal a and b. Within a factor of 2 the difference is exact (Sterbenz), so
 * the result keeps its relative precision however close the two are. Error below 3 ulp.
 */
export function lnRatio(a: number, b: number): number {
  if (a <= 2 * b && b <= 2 * a) {
    const s = (a - b) / (a + b);
    return 2 * s + s * seriesTail(s * s);
  }
  return ln(a / b);
}
