/** A configuration that cannot be used. The message names the key and says what to do. */
export class ConfigError extends Error {}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: true;
}

/** Reads one TOML table key by key; `done` complains of keys that nobody asked for. */
export class TableReader {
  readonly #table: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #asked = new Set<string>();

  constructor(table: unknown, path: string) {
    if (typeof table !== 'object' || table === null || Array.isArray(table)) {
      throw new ConfigError(`${path}: expected a table, for example [${path}]`);
    }
    this.#table = table as Record<string, unknown>;
    this.#path = path;
  }

  keys(): string[] {
    return Object.keys(this.#table);
  }

  string(key: string, pattern = /^.+$/, fallback?: string): string {
    const value = this.#take(key) ?? fallback;
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.#bad(key, value, `a string that matches ${String(pattern)}`);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#take(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.#bad(key, value, 'true or false');
  }

  number(key: string, bounds: Bounds, fallback?: number): number {
    const value = this.#take(key) ?? fallback;
    const fits = typeof value === 'number' && value >= bounds.min && value <= bounds.max;
    if (fits && (bounds.integer !== true || Number.isInteger(value))) return value;
    const kind = bounds.integer === true ? 'a whole number' : 'a number';
    throw this.#bad(key, value, `${kind} from ${bounds.min} to ${bounds.max}`);
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], fallback?: T): T {
    const value = this.#take(key) ?? fallback;
    const found = allowed.find((a) => a === value);
    if (found !== undefined) return found;
    throw this.#bad(key, value, `one of ${allowed.join(', ')}`);
  }

  /**
   * A URL of a scheme, or of its secure form, without a slash at the end. A WebSocket's may be
   * absent or empty: then there is none.
   */
  url(key: string, scheme: 'http' | 'ws'): string {
    const value = this.#take(key);
    if (scheme === 'ws' && (value === undefined || value === '')) return '';
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
    const plain = url !== null && url.search === '' && url.hash === '' && url.username === '';
    const fits = url?.protocol === `${scheme}:` || url?.protocol === `${scheme}s:`;
    if (plain && fits) return url.href.replace(/\/+$/, '');
    throw this.#bad(key, value, `a URL such as "${scheme}s://api.kraken.com"`);
  }

  /** An absent table reads as an empty one. */
  table(key: string): TableReader {
    return new TableReader(this.#take(key) ?? {}, this.#name(key));
  }

  tables(key: string, mayBeAbsent = false): TableReader[] {
    const value = this.#take(key);
    if (value === undefined && mayBeAbsent) return [];
    if (Array.isArray(value) && value.length > 0) {
      return value.map((item, i) => new TableReader(item, `${this.#name(key)}[${i}]`));
    }
    throw this.#bad(key, value, `at least one [[${this.#name(key)}]] table`);
  }

  done(): void {
    const unknown = this.keys().find((key) => !this.#asked.has(key));
    if (unknown === undefined) return;
    const known = [...this.#asked].join(', ');
    throw new ConfigError(`${this.#name(unknown)}: unknown key; remove it (known: ${known})`);
  }

  #take(key: string): unknown {
    this.#asked.add(key);
    return this.#table[key];
  }

  #name(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #bad(key: string, value: unknown, expected: string): ConfigError {
    if (value === undefined)
      return new ConfigError(`${this.#name(key)} is missing: set it to ${expected}`);
    return new ConfigError(`${this.#name(key)} is ${JSON.stringify(value)}: set it to ${expected}`);
  }
}
