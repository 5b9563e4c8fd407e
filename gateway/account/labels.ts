import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A label with terms, and the client order id that stands for both. */
interface Entry {
  readonly key: string;
  readonly label: string;
  readonly clientOrderId: string;
  /** How often the same was asked for anew. */
  readonly turn: number;
  readonly timeMs: number;
  isAnswered: boolean;
}

type Line =
  | Omit<Entry, 'isAnswered'>
  /** It was answered. */
  | { readonly answered: string };

export interface Claim {
  readonly clientOrderId: string;
  /** Sent before: what became of it must be looked at first. */
  readonly isKnown: boolean;
  /** Whether who asked has been told. */
  readonly isAnswered: boolean;
}

const KEEP_MS = 86_400_000;
const MAX_LINES = 20_000;
const MAX_ENTRIES = 100_000;

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 24);

/**
 * Labels of orders, in a file that is written before an order is sent: whoever asks again after a
 * lost answer, or after the gateway was killed, gets the same client order id, which the chain
 * takes once (ADR 163).
 */
export class Labels {
  readonly #path: string;
  readonly #clock: () => number;
  readonly #byKey = new Map<string, Entry>();
  readonly #byClientId = new Map<string, Entry>();
  #lines = 0;

  constructor(path: string, clock: () => number) {
    this.#path = path;
    this.#clock = clock;
    if (existsSync(path)) this.#read();
    this.#compact();
  }

  /** A name for an order without a label, that nobody else has. */
  static unlabelled(): string {
    return randomBytes(18).toString('base64url');
  }

  /** The name for an order with this label and these terms. */
  claim(label: string, terms: string): Claim {
    const key = digest(`${label}\0${terms}`);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      const { clientOrderId, isAnswered } = known;
      return { clientOrderId, isKnown: true, isAnswered };
    }
    return this.#begin({ key, label, turn: 0 });
  }

  /** Another name for the same, once the one before is over and was answered. */
  renew(clientOrderId: string): Claim {
    const { key, label, turn } = this.#byClientId.get(clientOrderId)!;
    return this.#begin({ key, label, turn: turn + 1 });
  }

  /** Its answer was handed over: the same again is another order, once this one is over. */
  answered(clientOrderId: string): void {
    const entry = this.#byClientId.get(clientOrderId);
    if (entry === undefined || entry.isAnswered) return;
    entry.isAnswered = true;
    this.#write({ answered: clientOrderId });
  }

  /** Of an order; its client order id itself where somebody else placed it. */
  labelOf(clientOrderId: string): string {
    const entry = this.#byClientId.get(clientOrderId);
    if (entry !== undefined) return entry.label;
    return UNLABELLED.test(clientOrderId) ? '' : clientOrderId;
  }

  #begin({ key, label, turn }: Pick<Entry, 'key' | 'label' | 'turn'>): Claim {
    const clientOrderId = digest(`${key}\0${turn}`);
    const entry = { key, label, clientOrderId, turn, timeMs: this.#clock() };
    this.#write(entry);
    this.#keep({ ...entry, isAnswered: false });
    return { clientOrderId, isKnown: false, isAnswered: false };
  }

  #keep(entry: Entry): void {
    this.#byKey.set(entry.key, entry);
    this.#byClientId.set(entry.clientOrderId, entry);
    if (this.#byClientId.size <= MAX_ENTRIES) return;
    const oldest = this.#byClientId.values().next().value!;
    this.#byClientId.delete(oldest.clientOrderId);
    if (this.#byKey.get(oldest.key) === oldest) this.#byKey.delete(oldest.key);
  }

  #write(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    if (++this.#lines > MAX_LINES + 2 * this.#byClientId.size) this.#compact();
  }

  /** What was cut off by a crash is the last line, of an order that was not sent. */
  #read(): void {
    for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
      const line = lineOf(text);
      if (line === null) continue;
      if ('answered' in line) {
        const entry = this.#byClientId.get(line.answered);
        if (entry !== undefined) entry.isAnswered = true;
      } else {
        this.#keep({ ...line, isAnswered: false });
      }
    }
  }

  /** Written anew without what is older than a day. */
  #compact(): void {
    const sinceMs = this.#clock() - KEEP_MS;
    for (const [id, entry] of this.#byClientId) {
      if (entry.timeMs >= sinceMs) continue;
      this.#byClientId.delete(id);
      if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    }
    const lines = [...this.#byClientId.values()].flatMap(({ isAnswered, ...entry }): Line[] =>
      isAnswered ? [entry, { answered: entry.clientOrderId }] : [entry],
    );
    const draft = `${this.#path}.draft`;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, this.#path);
    this.#lines = lines.length;
  }
}

/** 24 characters of ours. */
const UNLABELLED = /^[\w-]{24}$/;

function lineOf(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Line;
    return typeof line === 'object' && ('answered' in line || 'key' in line) ? line : null;
  } catch {
    return null;
  }
}
