import type { Binary } from '../lib/bytes.ts';
import { drawn } from '../lib/drawn.ts';
import { isReadable } from '../runtime/readTx.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import { blockClassOf } from '../runtime/tx.ts';
import type { Tx } from '../runtime/tx.ts';

/** What the places of owners inside a block are drawn from. */
export interface Lottery {
  readonly seed: Uint8Array;
  /** Whether an owner holds enough for a place of its own. */
  readonly hasPlace: (owner: string) => boolean;
}

/** After the classes of messages: several signers, whose places differ; then what says nothing. */
const SHARED = 4;
const UNREADABLE = 5;

/** Where a transaction belongs; compared field by field, from the first. */
interface Place {
  readonly read: ReadTx;
  readonly blockClass: number;
  /** 0 for owners with a place of their own. */
  readonly tail: number;
  readonly draw: Binary;
  /** Unordered ones, which come first, by their timeouts; the others by their sequences. */
  readonly ordered: number;
  readonly turn: bigint;
}

/**
 * The order of a block's transactions (ADR 118), whatever order they are given in: by class; inside
 * a class by owner, in an order drawn from the seed, those without a place of their own last; an
 * owner's by its own sequence. A transaction takes the latest class among its messages and its
 * signer's earlier transactions in the block, so that nobody's own sequence is ever changed.
 */
export function orderTxs(reads: readonly ReadTx[], lottery: Lottery): ReadTx[] {
  const byAccount = new Map<string, Place[]>();
  const places: Place[] = [];
  const draws = new Map<string, Pick<Place, 'tail' | 'draw'>>();
  for (const read of reads) {
    const place = placeOf(read, lottery, draws);
    if (place.ordered === 0) places.push(place);
    else append(byAccount, accountOf(read), place);
  }
  for (const own of byAccount.values()) places.push(...inSequence(own));
  return places.sort(comparePlaces).map(({ read }) => read);
}

/** The first transaction that is not where it belongs, or -1. */
export function firstOutOfOrder(reads: readonly ReadTx[], lottery: Lottery): number {
  const right = orderTxs(reads, lottery);
  return reads.findIndex((read, i) => read.hash !== right[i]!.hash);
}

const NOWHERE = { tail: 0, ordered: 0, turn: 0n };

function placeOf(
  read: ReadTx,
  lottery: Lottery,
  draws: Map<string, Pick<Place, 'tail' | 'draw'>>,
): Place {
  if (!isReadable(read)) {
    return { ...NOWHERE, read, blockClass: UNREADABLE, draw: drawn(lottery.seed, read.hash) };
  }
  const { content } = read;
  const owner = content.signers[0]!;
  if (content.signers.length > 1) {
    return { ...NOWHERE, read, blockClass: SHARED, draw: drawn(lottery.seed, owner) };
  }
  let own = draws.get(owner);
  if (own === undefined) {
    own = { tail: lottery.hasPlace(owner) ? 0 : 1, draw: drawn(lottery.seed, owner) };
    draws.set(owner, own);
  }
  const { unordered } = content.body;
  const ordered = unordered ? 0 : 1;
  return { read, blockClass: blockClassOf(content), ...own, ordered, turn: turnOf(content) };
}

function turnOf({ body, authInfo }: Tx): bigint {
  if (!body.unordered) return authInfo.signerInfos[0]?.sequence ?? 0n;
  const { seconds = 0n, nanos = 0 } = body.timeoutTimestamp ?? {};
  return seconds * 1_000_000_000n + BigInt(nanos);
}

/** Whose sequence it counts: the signer's, or that of a session's key. */
const accountOf = ({ content }: ReadTx): string => (content as Tx).accounts[0]!;

/** An account's ordered transactions: none has an earlier class than one before it. */
function inSequence(own: Place[]): Place[] {
  let latest = 0;
  return own.sort(comparePlacesOfOne).map((place) => {
    latest = Math.max(latest, place.blockClass);
    return { ...place, blockClass: latest };
  });
}

function comparePlaces(a: Place, b: Place): number {
  return (
    a.blockClass - b.blockClass ||
    a.tail - b.tail ||
    compare(a.draw, b.draw) ||
    a.ordered - b.ordered ||
    comparePlacesOfOne(a, b)
  );
}

function comparePlacesOfOne(a: Place, b: Place): number {
  return compare(a.turn, b.turn) || compare(a.read.hash, b.read.hash);
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
