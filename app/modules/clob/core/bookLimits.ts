import { MAX_SLOTS } from './arena.ts';
import type { BookOptions } from './types.ts';

export const DEFAULT_MAX_MATCHES = 1000;

/** A book's options with their defaults. Throws RangeError where they are out of range. */
export function limitsOf(options: BookOptions): Required<BookOptions> {
  const limits = {
    minPrice: options.minPrice ?? Number.MIN_SAFE_INTEGER,
    maxPrice: options.maxPrice ?? Number.MAX_SAFE_INTEGER,
    maxSize: options.maxSize ?? Number.MAX_SAFE_INTEGER,
    maxOrders: options.maxOrders ?? MAX_SLOTS,
  };
  const { minPrice, maxPrice, maxSize, maxOrders } = limits;
  if (![minPrice, maxPrice, maxSize, maxOrders].every(Number.isSafeInteger)) {
    throw new RangeError('clob: book options must be safe integers');
  }
  if (minPrice > maxPrice || maxSize < 1 || maxOrders < 1 || maxOrders > MAX_SLOTS) {
    throw new RangeError('clob: book options out of range');
  }
  return limits;
}
