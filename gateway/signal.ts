/** Tells whoever listens, in the order in which they came. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Until what it returns is called. */
  on(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
