import { assert } from '../../../lib/assert.ts';

// The tag of an order in a book is its subaccount's id; that of a quote is its group's, below 0.

export function tagOfGroup(groupId: bigint): number {
  const tag = -Number(groupId);
  assert(Number.isSafeInteger(tag), `${groupId} is beyond the numbers of the book`);
  return tag;
}

/** The group of a quote; undefined for an order. */
export const groupOfTag = (tag: number): bigint | undefined => (tag < 0 ? BigInt(-tag) : undefined);
