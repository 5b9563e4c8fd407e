/**
 * Where a message belongs inside a block (ADR 118). Classes follow one another: who only takes back
 * what it offered comes first, who may take what others offer comes last.
 */
export const BlockClass = {
  /** Takes orders back, or makes them smaller. */
  CANCEL: 1,
  /** Offers, or does what meets nobody's offer: post-only orders, quotes, deposits. */
  MAKE: 2,
  /** May take what others offer; also whatever does not say what it is. */
  TAKE: 3,
} as const;

export type BlockClass = (typeof BlockClass)[keyof typeof BlockClass];
