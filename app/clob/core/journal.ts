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

const INITIAL_WORDS = 1024;

/** The stack of what changed since the first mark. It records nothing until there is a mark. */
export class Journal {
  #words = new Float64Array(INITIAL_WORDS);
  length = 0;
  isOn = false;

  /** The position to come back to. */
  mark(): number {
    this.isOn = true;
    return this.length;
  }

  clear(): void {
    this.isOn = false;
    this.length = 0;
  }

  push(word: number): void {
    if (this.length === this.#words.length) {
      const words = new Float64Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[this.length++] = word;
  }

  pop(): number {
    return this.#words[--this.length]!;
  }
}
