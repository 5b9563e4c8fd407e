import BTreeModule from 'sorted-btree';
import type { Binary } from '../lib/bytes.ts';
import { compareStrings } from '../lib/bytes.ts';

const BTree = BTreeModule.default;

/** Keys whose values are found without a search; one more, and they are forgotten. */
const MAX_KNOWN = 8_192;
const ABSENT = Symbol('absent');

/**
 * The keys of a store in order, with their values: a persistent tree, whose `clone` costs nothing.
 * Most reads are of keys that were read or written a moment ago: those are found by their hash.
 */
export class ValueTree {
  readonly #tree: BTreeModule.default<Binary, unknown>;
  readonly #known = new Map<Binary, unknown>();

  constructor(tree = new BTree<Binary, unknown>(undefined, compareStrings)) {
    this.#tree = tree;
  }

  /** Undefined when it is not there: that is not a value. */
  get(key: Binary): unknown {
    const known = this.#known.get(key);
    if (known !== undefined) return known === ABSENT ? undefined : known;
    const value = this.#tree.get(key);
    this.#note(key, value === undefined ? ABSENT : value);
    return value;
  }

  set(key: Binary, value: unknown): void {
    this.#tree.set(key, value);
    this.#note(key, value);
  }

  delete(key: Binary): void {
    this.#tree.delete(key);
    this.#note(key, ABSENT);
  }

  #note(key: Binary, known: unknown): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, known);
  }

  /**
   * The first entry at or after `from` (after it when `exclusive`), or last before when `reverse`.
   */
  next(
    from: Binary | undefined,
    reverse: boolean,
    exclusive: boolean,
  ): [Binary, unknown] | undefined {
    const tree = this.#tree;
    if (!exclusive && from !== undefined && tree.has(from)) return [from, tree.get(from)];
    return reverse ? tree.nextLowerPair(from) : tree.nextHigherPair(from);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** In key order, while nothing is written. */
  entries(): Iterable<readonly [Binary, unknown]> {
    return this.#tree.entries();
  }

  clone(): ValueTree {
    return new ValueTree(this.#tree.clone());
  }
}
