/**
 * The two tables the functions of this folder read, computed when the module loads with integer
 * (BigInt) arithmetic of 256 fractional bits: exact on every engine, and with no column of
 * opaque constants to trust. Both keep a head of 24 bits, so that a product of two heads is exact.
 */

const BITS = 256n;
/** 2^-256, exact. */
const UNIT = 8.636168555094445e-78;
/** 2^256, exact. */
const SCALE = 1.157920892373162e77;
const ONE = 1n << BITS;

/** 1/√(2π), the density of the standard normal at 0. */
const INV_SQRT_2PI = BigInt('0x662114cf50d942343f2cf1402eae38bfd3829f30512706d8c0471b4802639d2e');

const toDouble = (fixed: bigint): number => Number(fixed) * UNIT;

/** Writes `fixed` as a head of 24 bits and the rest, whose error is below 2^-77 of the whole. */
function split(fixed: bigint, into: Float64Array, at: number): void {
  const head = Math.fround(toDouble(fixed));
  into[at] = head;
  into[at + 1] = toDouble(fixed - BigInt(head * SCALE));
}

/** The largest integer whose square is at most n. */
function integerRoot(n: bigint): bigint {
  let root = ONE << 1n;
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export const EXP_STEPS = 128;

/** 2^(i/128) for i < 128: head at 2i, rest at 2i+1. */
export const EXP_TABLE: Float64Array = buildExpTable();

function buildExpTable(): Float64Array {
  const table = new Float64Array(2 * EXP_STEPS);
  let step = ONE << 1n;
  for (let halvings = 0; halvings < 7; halvings++) step = integerRoot(step << BITS);
  let power = ONE;
  for (let i = 0; i < EXP_STEPS; i++) {
    split(power, table, 2 * i);
    power = (power * step) >> BITS;
  }
  return table;
}

/**
 * The scaled tail G(z) = Φ(−z)·exp(z²/2), as Taylor polynomials of degree 8 about the middles of
 * intervals: 1/16 wide on [−1.5, 12), 1/4 wide on [12, 40). A row of 10 holds the constant term as
 * head and rest, then the coefficients of u … u⁸ with u the distance from the middle. The ninth
 * is economised into them; what is left out is below 1e-17 of the value.
 */
export const TAIL_ROW = 10;
export const TAIL_MIN = -1.5;
export const TAIL_SPLIT = 12;
export const TAIL_MAX = 40;
export const TAIL_FINE_ROWS = 16 * (TAIL_SPLIT - TAIL_MIN);
const COARSE_ROWS = 4 * (TAIL_MAX - TAIL_SPLIT);
/** Rows computed above the table, so that the rough start of the walk is forgotten. */
const LEAD_ROWS = 28;
export const TAIL_TABLE: Float64Array = buildTailTable();

/**
 * G satisfies G′ = zG − 1/√(2π), so its Taylor coefficients g at z follow from g₀:
 * g₁ = z·g₀ − 1/√(2π), (n+1)·g₍ₙ₊₁₎ = z·gₙ + g₍ₙ₋₁₎. Walking down from z to y divides an error by
 * exp((z² − y²)/2), so a rough start at z = 47 is exact to far more than 256 bits at 40.
 */
function buildTailTable(): Float64Array {
  const table = new Float64Array(TAIL_ROW * (TAIL_FINE_ROWS + COARSE_ROWS));
  const coefficients = new Array<bigint>(41).fill(0n);
  const top = TAIL_FINE_ROWS + COARSE_ROWS + LEAD_ROWS - 1;
  let value = (INV_SQRT_2PI * 32n) / BigInt(middleIn32nds(top));
  for (let row = top; row >= 0; row--) {
    const z32 = middleIn32nds(row);
    fillTaylor(value, z32, coefficients);
    if (row > 0) value = evaluateBelow(coefficients, BigInt(z32 - middleIn32nds(row - 1)));
    if (row >= TAIL_FINE_ROWS + COARSE_ROWS) continue;
    economise(coefficients, row < TAIL_FINE_ROWS ? 10n : 6n);
    split(coefficients[0]!, table, TAIL_ROW * row);
    for (let n = 1; n <= 8; n++) table[TAIL_ROW * row + 1 + n] = toDouble(coefficients[n]!);
  }
  return table;
}

function middleIn32nds(row: number): number {
  const above = row - TAIL_FINE_ROWS;
  return above < 0 ? 32 * TAIL_MIN + 2 * row + 1 : 32 * TAIL_SPLIT + 8 * above + 4;
}

function fillTaylor(value: bigint, z32: number, into: bigint[]): void {
  const z = BigInt(z32);
  into[0] = value;
  into[1] = ((z * value) >> 5n) - INV_SQRT_2PI;
  for (let n = 1; n + 1 < into.length; n++) {
    into[n + 1] = (((z * into[n]!) >> 5n) + into[n - 1]!) / BigInt(n + 1);
  }
}

/** Σ gₙ·(−step/32)ⁿ: the value at the next middle. */
function evaluateBelow(coefficients: bigint[], step: bigint): bigint {
  let sum = 0n;
  for (let n = coefficients.length - 1; n >= 0; n--) sum = coefficients[n]! - ((step * sum) >> 5n);
  return sum;
}

/**
 * Replaces the term g₉u⁹ by the polynomial of degree 7 nearest to it for |u| ≤ h, h² = 2^-shift:
 * with x = u/h, x⁹ is (576x⁷ − 432x⁵ + 120x³ − 9x)/256 plus a Chebyshev polynomial over 256.
 */
function economise(coefficients: bigint[], shift: bigint): void {
  const ninth = coefficients[9]!;
  coefficients[7]! += (576n * ninth) >> (8n + shift);
  coefficients[5]! -= (432n * ninth) >> (8n + 2n * shift);
  coefficients[3]! += (120n * ninth) >> (8n + 3n * shift);
  coefficients[1]! -= (9n * ninth) >> (8n + 4n * shift);
}
