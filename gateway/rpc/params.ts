import { badParam } from './rpcError.ts';

export type Dict = Readonly<Record<string, unknown>>;

const INTEGER = /^-?\d{1,15}$/;
const MAX_TEXT = 64;

/**
 * Parameters of a call. Those of a GET are texts, so numbers and booleans may be. What is not asked
 * for is ignored, as Deribit does.
 * @throws RpcError invalidParams that names the parameter
 */
export class Params {
  readonly raw: Dict;

  constructor(raw: Dict) {
    this.raw = raw;
  }

  has(name: string): boolean {
    const value = Object.hasOwn(this.raw, name) ? this.raw[name] : undefined;
    return value !== undefined && value !== null && value !== '';
  }

  text(name: string, maxLength = MAX_TEXT): string {
    const value = this.#given(name);
    if (typeof value !== 'string') throw badParam(name, 'must be a string');
    if (value.length > maxLength) throw badParam(name, `longer than ${maxLength} characters`);
    return value;
  }

  textOr<T>(name: string, otherwise: T, maxLength = MAX_TEXT): string | T {
    return this.has(name) ? this.text(name, maxLength) : otherwise;
  }

  oneOf<T extends string>(name: string, values: readonly T[], otherwise?: T): T {
    if (!this.has(name) && otherwise !== undefined) return otherwise;
    const value = String(this.#given(name)) as T;
    if (values.includes(value)) return value;
    throw badParam(name, `must be one of ${values.join(', ')}`);
  }

  integer(name: string, { min, max, or }: { min: number; max: number; or?: number }): number {
    if (!this.has(name) && or !== undefined) return or;
    const value = this.#given(name);
    const isWhole = typeof value === 'number' || typeof value === 'string';
    const number = isWhole && INTEGER.test(String(value)) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw badParam(name, `must be a whole number from ${min} to ${max}`);
  }

  /** A time in Unix milliseconds. */
  time(name: string, or?: number): number {
    return this.integer(name, { min: 0, max: 8.64e15, ...(or === undefined ? {} : { or }) });
  }

  flag(name: string, or = false): boolean {
    if (!this.has(name)) return or;
    const value = this.raw[name];
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw badParam(name, 'must be true or false');
  }

  /** A list; of a GET as JSON text, or one alone. */
  list(name: string, most: number): readonly unknown[] {
    let value = this.#given(name);
    if (typeof value === 'string' && value.startsWith('[')) value = parsed(value, name);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length <= most) return list;
    throw badParam(name, `has more than ${most} entries`);
  }

  texts(name: string, most: number): string[] {
    return this.list(name, most).map((entry) => {
      if (typeof entry === 'string' && entry.length <= 128) return entry;
      throw badParam(name, 'must be a list of strings');
    });
  }

  /** An object; of a GET as JSON text. */
  object(name: string): Dict {
    const value = this.#given(name);
    const read = typeof value === 'string' ? parsed(value, name) : value;
    if (isObject(read)) return read;
    throw badParam(name, 'must be an object');
  }

  #given(name: string): unknown {
    if (!this.has(name)) throw badParam(name, 'is required');
    return this.raw[name];
  }
}

export const isObject = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badParam(name, 'is not JSON');
  }
}
