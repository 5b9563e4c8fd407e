/** What the caller asked for cannot be read; the message says what is needed. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Nothing of that name is in the history. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** Path and query parameters of a request. */
export class Params {
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#given = given;
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === null) throw new BadRequest(`${name} is needed`);
    return value;
  }

  optional(name: string): string | null {
    const value = this.#given[name];
    if (value === undefined || value === '') return null;
    if (typeof value !== 'string') throw new BadRequest(`${name} is given once`);
    // No name in the history holds one, and the database takes none.
    if (value.includes('\0')) throw new BadRequest(`${name} has a character that no text has`);
    return value;
  }

  count(name: string, fallback: number, max: number): number {
    const value = this.optional(name);
    if (value === null) return fallback;
    if (!/^\d{1,16}$/.test(value) || Number(value) > max) {
      throw new BadRequest(`${name} must be a whole number up to ${max}`);
    }
    return Number(value);
  }

  optionalCount(name: string, max: number): number | null {
    return this.optional(name) === null ? null : this.count(name, 0, max);
  }

  /** One of a few; the first where it is not given. */
  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.optional(name);
    if (value === null) return choices[0]!;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new BadRequest(`${name} is one of ${choices.join(', ')}`);
    return found;
  }

  /** Unix milliseconds, or a day or a time as ISO 8601 has it; ISO text. */
  time(name: string): string | null {
    const value = this.optional(name);
    if (value === null) return null;
    const ms = /^\d{1,14}$/.test(value) ? Number(value) : Date.parse(value);
    if (Number.isNaN(ms) || Math.abs(ms) > MAX_MS) {
      throw new BadRequest(`${name} is Unix milliseconds or like 2026-12-27T08:00:00Z`);
    }
    return new Date(ms).toISOString();
  }

  /** `from` and `to`, where they are given. */
  range(): readonly [from: string | null, to: string | null] {
    const [from, to] = [this.time('from'), this.time('to')];
    if (from === null || to === null || from < to) return [from, to];
    throw new BadRequest(`from (${from}) is not before to (${to}): nothing is between them`);
  }
}

/** Of orders, accounts and series. */
export const MAX_ID = Number.MAX_SAFE_INTEGER;
/** The year 9999. */
const MAX_MS = 253_402_300_799_999;
