/** What is worth telling, but not every second. */
export class Notices {
  readonly #say: (text: string) => void;
  readonly #clock: () => number;
  readonly #quietMs: number;
  /** By subject, when it was said last: subjects are few. */
  readonly #said = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(say: (text: string) => void, clock: () => number, quietMs = 60_000) {
    this.#say = say;
    this.#clock = clock;
    this.#quietMs = quietMs;
  }

  /** Says it, unless the same was the last word on its subject not long ago. */
  say(subject: string, text: string): void {
    const last = this.#said.get(subject);
    const nowMs = this.#clock();
    if (last?.text === text && nowMs < last.atMs + this.#quietMs) return;
    this.#said.set(subject, { text, atMs: nowMs });
    this.#say(text);
  }

  /** The subject is as it should be: the next word on it is news. */
  settle(subject: string, text: string): void {
    if (this.#said.delete(subject)) this.#say(text);
  }
}
