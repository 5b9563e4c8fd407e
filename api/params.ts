import { parseExpiry } from '../app/modules/options/core/index.ts';

/** Path and query parameters of a request. */
export type Params = Readonly<Record<string, unknown>>;

/** What the caller asked for cannot be read; the message says what is needed. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export function text(params: Params, name: string, fallback?: string): string {
  const value = params[name] ?? fallback;
  if (typeof value !== 'string') throw new BadRequest(`${name} is needed`);
  return value;
}

export function count(params: Params, name: string, fallback: number, max: number): number {
  const value = text(params, name, String(fallback));
  if (!/^\d{1,16}$/.test(value) || Number(value) > max) {
    throw new BadRequest(`${name} must be a whole number up to ${max}`);
  }
  return Number(value);
}

/** An expiry as `27DEC26`, `27DEC26T0915` or Unix seconds; 0 when it is not given. */
export function expiry(params: Params, name: string): bigint {
  const value = text(params, name, '');
  if (value === '') return 0n;
  if (/^\d{9,11}$/.test(value)) return BigInt(value);
  const parsed = parseExpiry(value.toUpperCase());
  if (parsed === null)
    throw new BadRequest(`${name} must be like 27DEC26, 27DEC26T0915 or seconds`);
  return parsed;
}
