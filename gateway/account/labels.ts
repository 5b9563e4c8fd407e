import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
  /** When it was asked for, by this machine's clock. */
  readonly timeMs: number;
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
  /** Whether an order rests, by its client order id: its label is kept as long. */
  readonly #rests: (clientOrderId: string) => boolean;
  readonly #byKey = new Map<string, Entry>();
  readonly #byClientId = new Map<string, Entry>();
  #lines = 0;

  constructor(path: string, clock: () => number, rests: (clientOrderId: string) => boolean) {
    this.#path = path;
    this.#clock = clock;
    this.#rests = rests;
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
      const { clientOrderId, isAnswered, timeMs } = known;
      return { clientOrderId, isKnown: true, isAnswered, timeMs };
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
    return { clientOrderId, isKnown: false, isAnswered: false, timeMs: entry.timeMs };
  }

  #keep(entry: Entry): void {
    this.#byKey.set(entry.key, entry);
    this.#byClientId.set(entry.clientOrderId, entry);
    if (this.#byClientId.size <= MAX_ENTRIES) return;
    // The oldest, but for those whose orders rest: of these there are no more than the chain takes.
    for (const oldest of this.#byClientId.values()) {
      if (this.#rests(oldest.clientOrderId)) continue;
      this.#forget(oldest);
      return;
    }
  }

  #forget(entry: Entry): void {
    this.#byClientId.delete(entry.clientOrderId);
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
  }

  /** An order is sent only after its line is on the disk; that it was answered may get lost. */
  #write(line: Line): void {
    const flush = 'key' in line;
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush });
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

  /** Written anew without what is older than a day, and rests no more. */
  #compact(): void {
    const sinceMs = this.#clock() - KEEP_MS;
    for (const entry of this.#byClientId.values()) {
      if (entry.timeMs < sinceMs && !this.#rests(entry.clientOrderId)) this.#forget(entry);
    }
    const lines = [...this.#byClientId.values()].flatMap(({ isAnswered, ...entry }): Line[] =>
      isAnswered ? [entry, { answered: entry.clientOrderId }] : [entry],
    );
    const draft = `${this.#path}.draft`;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, this.#path);
    flushFolder(dirname(this.#path));
    this.#lines = lines.length;
  }
}

/** So that the new name of a file is on the disk, too. Not every system lets folders be opened. */
function flushFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES'].includes((error as { code?: string }).code ?? ''))
      throw error;
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
