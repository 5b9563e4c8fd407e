/**
 * Decimals as people write them, and integers of a smaller unit as the chain keeps them. Exact:
 * only bigint, no rounding unless the name says so.
 */

/** What a text cannot be read as; the message says what is needed. */
export class DecimalError extends Error {
  override readonly name = 'DecimalError';
}

/** More digits than any amount has. */
const MAX_LENGTH = 60;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

const powerOfTen = (exponent: number): bigint => BigInt('1'.padEnd(exponent + 1, '0'));

/**
 * `12.5` with 4 decimals is 125000n. Digits beyond the unit are refused, also zeros.
 * @throws DecimalError
 */
export function parseDecimal(text: string, decimals: number): bigint {
  if (text.length > MAX_LENGTH) {
    throw new DecimalError(`a number of ${text.length} characters is more than there can be`);
  }
  const match = DECIMAL.exec(text);
  if (match === null) throw new DecimalError(`"${text}" is not a number such as 1250 or 0.5`);
  const [, sign, whole, fraction = ''] = match;
  if (fraction.length > decimals) {
    const most = decimals === 0 ? 'no digits' : `at most ${decimals} digits`;
    throw new DecimalError(`${text} is too fine: ${most} after the point`);
  }
  const size = BigInt(whole! + fraction.padEnd(decimals, '0'));
  return sign === '-' ? -size : size;
}

export interface DecimalStyle {
  /** Digits after the point at the least; zeros beyond them are left out. Default 0. */
  readonly minFraction?: number;
  /** Commas between thousands. Default false. */
  readonly grouped?: boolean;
}

const grouping = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** 125000n with 4 decimals is `12.5`. */
export function formatDecimal(value: bigint, decimals: number, style: DecimalStyle = {}): string {
  const { minFraction = 0, grouped = false } = style;
  const size = value < 0n ? -value : value;
  const unit = powerOfTen(decimals);
  const whole = (size / unit).toString();
  const digits = decimals === 0 ? '' : (size % unit).toString().padStart(decimals, '0');
  const fraction = digits.replace(/0+$/, '').padEnd(minFraction, '0');
  const text = (grouped ? grouping(whole) : whole) + (fraction === '' ? '' : `.${fraction}`);
  return value < 0n ? `-${text}` : text;
}

/**
 * Rounded half away from zero to so many places, which are all shown: 1.005 to two is `1.01`. A
 * value that rounds to zero has no sign.
 */
export function formatRounded(
  value: bigint,
  decimals: number,
  places: number,
  grouped = false,
): string {
  if (places >= decimals) return formatDecimal(value, decimals, { minFraction: places, grouped });
  const unit = powerOfTen(decimals - places);
  const size = value < 0n ? -value : value;
  const rounded = (size * 2n + unit) / (unit * 2n);
  const signed = value < 0n ? -rounded : rounded;
  return formatDecimal(signed, places, { minFraction: places, grouped });
}
