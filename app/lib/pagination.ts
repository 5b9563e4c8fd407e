import type { PageRequest, PageResponse } from '../../proto/gen/cosmos.base.query.v1beta1.ts';
import { compareBytes } from './bytes.ts';

/** As the Cosmos SDK (types/query): when nothing is asked for. */
export const PAGE_LIMIT_DEFAULT = 100;
/** More is cut to this, and `next_key` leads on. */
export const PAGE_LIMIT_MAX = 1_000;
/** Who skips further walks with `next_key`, which costs nothing. */
export const PAGE_OFFSET_MAX = 10_000;

/** What is asked for is no page; the message says what is needed. */
export class BadPage extends Error {
  override readonly name = 'BadPage';
}

/** A list in the order of keys that tell its items apart. */
export interface PageSource<T> {
  /** From a key on, itself included; from the end backwards in reverse. */
  from(key: Uint8Array | undefined, isReverse: boolean): Iterable<readonly [Uint8Array, T]>;
  count(): number;
}

export interface Page<T> {
  readonly items: T[];
  readonly pagination: PageResponse;
}

/**
 * A page as the Cosmos SDK's queries give them: by key or offset, with a total when it is asked for
 * or no limit is. @throws BadPage
 */
export function paginate<T>(source: PageSource<T>, request: PageRequest | undefined): Page<T> {
  const { key, offset = 0n, limit = 0n, countTotal = false, reverse = false } = request ?? {};
  const isByKey = key !== undefined && key.length > 0;
  if (isByKey && offset > 0n) throw new BadPage('pagination: key or offset, not both');
  if (offset > BigInt(PAGE_OFFSET_MAX)) {
    throw new BadPage(`pagination: offset is at most ${PAGE_OFFSET_MAX}: go on with key`);
  }
  const most = BigInt(PAGE_LIMIT_MAX);
  const size = limit === 0n ? PAGE_LIMIT_DEFAULT : Number(limit < most ? limit : most);
  const items: T[] = [];
  let nextKey = new Uint8Array(0);
  let skip = Number(offset);
  for (const [at, item] of source.from(isByKey ? key : undefined, reverse)) {
    if (skip > 0) skip--;
    else if (items.length < size) items.push(item);
    else {
      nextKey = Uint8Array.from(at);
      break;
    }
  }
  const isCounted = !isByKey && (countTotal || limit === 0n);
  return { items, pagination: { nextKey, total: isCounted ? BigInt(source.count()) : 0n } };
}

/** A list that is there whole, in the order of its keys; by default those are places in it. */
export function listSource<T>(
  items: readonly T[],
  keyOf: (item: T, index: number) => Uint8Array = (_item, index) => placeKey(index),
): PageSource<T> {
  return {
    from(key, isReverse) {
      const keyed = items.map((item, i) => [keyOf(item, i), item] as const);
      if (isReverse) keyed.reverse();
      if (key === undefined) return keyed;
      return keyed.filter(([at]) => {
        const order = compareBytes(at, key);
        return isReverse ? order <= 0 : order >= 0;
      });
    },
    count: () => items.length,
  };
}

function placeKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index);
  return key;
}
