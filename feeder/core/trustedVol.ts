export interface QuotedVols {
  /** Annual, as fractions; null where there is none. */
  readonly mark: number | null;
  readonly bid: number | null;
  readonly ask: number | null;
}

export interface TrustedVol {
  readonly vol: number;
  /** Whether both sides of a book stand behind it, not the venue's model alone. */
  readonly quoted: boolean;
}

const MIN_VOL = 0.01;
const MAX_VOL = 5;
/** A book wider than this, and than this share of its middle, says nothing of the volatility. */
const MAX_SPREAD = 0.1;
const MAX_SPREAD_SHARE = 0.3;

/**
 * The volatility that a row's quotes support: the mark where it lies within the book, else the
 * middle of the book; the mark alone where the book has not two sides. Null where the book is too
 * wide or crossed, or there is neither.
 */
export function trustedVol(quoted: QuotedVols): TrustedVol | null {
  const [mark, bid, ask] = [inRange(quoted.mark), inRange(quoted.bid), inRange(quoted.ask)];
  if (bid === null || ask === null) return mark === null ? null : { vol: mark, quoted: false };
  const middle = (bid + ask) / 2;
  if (bid > ask || ask - bid > Math.max(MAX_SPREAD, MAX_SPREAD_SHARE * middle)) return null;
  const inside = mark !== null && mark >= bid && mark <= ask;
  return { vol: inside ? mark : middle, quoted: true };
}

const inRange = (vol: number | null): number | null =>
  vol !== null && vol >= MIN_VOL && vol <= MAX_VOL ? vol : null;
