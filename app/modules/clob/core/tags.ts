import { assert } from '../../../lib/assert.ts';

/** An id as the book takes it. */
export function toNumber(id: bigint): number {
  const n = Number(id);
  assert(Number.isSafeInteger(n), `${id} is beyond the numbers of the book`);
  return n;
}

// The tag of an order in a book is its subaccount's id; that of a quote is its group's, below 0.

export const tagOfGroup = (groupId: bigint): number => -toNumber(groupId);

/** The group of a quote; undefined for an order. */
export const groupOfTag = (tag: number): bigint | undefined => (tag < 0 ? BigInt(-tag) : undefined);
