import { modes, sourceNames } from './world.ts';
import type { Quote, World } from './world.ts';

/** A control body that means nothing; the message is the sentence for whoever sent it. */
export class ControlError extends Error {}

/**
 * Applies one body of POST /control:
 *   {"underlying":"BTC","price":"64000"}, with "hold":true to keep it there, false to let it go
 *   {"underlying":"BTC","vol":"0.55"}
 *   {"source":"kraken","mode":"freeze|error|off|skew|normal","by":"0.5"}
 * Numbers may be strings. Nothing changes when it throws ControlError.
 */
export function applyControl(world: World, body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ControlError('The body is not a JSON object.');
  }
  const fields = body as Record<string, unknown>;
  if ('underlying' in fields === 'source' in fields) {
    throw new ControlError('Name either an "underlying" or a "source".');
  }
  if ('underlying' in fields) controlUnderlying(world, fields);
  else controlSource(world, fields);
}

function controlUnderlying(world: World, fields: Readonly<Record<string, unknown>>): void {
  assertKnown(fields, ['underlying', 'price', 'vol', 'hold']);
  const symbol = oneOf(fields, 'underlying', Object.keys(world.snapshot.quotes));
  const { price, vol, hold } = fields;
  if (price === undefined && vol === undefined && hold === undefined) {
    throw new ControlError('Give a "price", a "vol" or "hold" for the underlying.');
  }
  if (hold !== undefined && typeof hold !== 'boolean') {
    throw new ControlError('"hold" is true or false.');
  }
  const change: { -readonly [K in keyof Quote]?: Quote[K] } = {};
  if (price !== undefined) change.price = number(fields, 'price', 0.01, 10_000_000);
  if (vol !== undefined) change.vol = number(fields, 'vol', 0.02, 3);
  if (hold !== undefined) change.held = hold;
  world.set(symbol, change);
}

function controlSource(world: World, fields: Readonly<Record<string, unknown>>): void {
  assertKnown(fields, ['source', 'mode', 'by']);
  const source = oneOf(fields, 'source', sourceNames);
  const mode = oneOf(fields, 'mode', modes);
  const by = mode === 'skew' ? number(fields, 'by', -0.99, 10) : 0;
  world.setMode(source, mode, by);
}

function assertKnown(fields: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const other = Object.keys(fields).find((key) => !known.includes(key));
  if (other === undefined) return;
  throw new ControlError(`"${other}" is not known here; use ${known.join(', ')}.`);
}

function oneOf<T extends string>(
  fields: Readonly<Record<string, unknown>>,
  key: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((value) => value === fields[key]);
  if (found !== undefined) return found;
  throw new ControlError(`"${key}" is one of ${allowed.join(', ')}.`);
}

const DECIMAL = /^-?\d{1,12}(\.\d{1,12})?$/;

function number(
  fields: Readonly<Record<string, unknown>>,
  key: string,
  min: number,
  max: number,
): number {
  const value = fields[key];
  const plain = typeof value === 'number' || (typeof value === 'string' && DECIMAL.test(value));
  const result = plain ? Number(value) : NaN;
  if (result >= min && result <= max) return result;
  throw new ControlError(`"${key}" is a number from ${min} to ${max}, for example "${max / 2}".`);
}
