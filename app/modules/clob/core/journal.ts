/**
 * What an entry undoes; an entry's last word is the target × 8 + the kind, so that it is read from
 * the end.
 */
export const UNDO_INSERT = 0;
export const UNDO_REMOVE = 1;
export const UNDO_RESIZE = 2;
export const UNDO_DIRTY = 3;
export const UNDO_CLEAN = 4;
export const UNDO_PHASE = 5;
export const UNDO_MOVE = 6;

const INITIAL_WORDS = 64;

/**
 * The stack of what changed since the first mark, or, while there is none, since the message began:
 * a message too is undone when a callback of its caller throws.
 */
export class Journal {
  #words = new Float64Array(INITIAL_WORDS);
  length = 0;
  /** Whether there is a mark to come back to. */
  isKept = false;

  /** The position to come back to. */
  mark(): number {
    this.isKept = true;
    return this.length;
  }

  clear(): void {
    this.isKept = false;
    this.length = 0;
  }

  /** A message has ended: without a mark there is nothing to come back to. */
  settle(): void {
    if (!this.isKept) this.length = 0;
  }

  /** The words, with room for a few more than there are. */
  room(words: number): Float64Array {
    if (this.length + words > this.#words.length) this.#grow();
    return this.#words;
  }

  #grow(): void {
    const words = new Float64Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }

  push(word: number): void {
    this.room(1)[this.length++] = word;
  }

  push2(below: number, word: number): void {
    const words = this.room(2);
    words[this.length] = below;
    words[this.length + 1] = word;
    this.length += 2;
  }

  pop(): number {
    return this.#words[--this.length]!;
  }
}
