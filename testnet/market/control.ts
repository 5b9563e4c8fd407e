import { modes, rowModes, sourceNames } from './faults.ts';
import type { Mode, RowMode } from './faults.ts';
import type { Coin, Quote } from './snapshot.ts';
import type { World } from './world.ts';

/** A control body that means nothing; the message is the sentence for whoever sent it. */
export class ControlError extends Error {}

type Body = Readonly<Record<string, unknown>>;
type Change<T> = { -readonly [K in keyof T]?: T[K] };

/**
 * Applies one body of POST /control:
 *   {"underlying":"BTC","price":"64000"}, with "hold":true to keep it there, false to let it go
 *   {"underlying":"BTC","vol":"0.55"}
 *   {"stablecoin":"USDT","price":"0.9","hold":true}
 *   {"source":"kraken","mode":"…","by":"0.5"}, the modes of faults.ts
 *   {"source":"deribit","row":"BTC-27DEC26-100000-C","mode":"off|lag|skew|mad|normal","by":"30"}
 * Numbers may be strings. Nothing changes when it throws ControlError.
 */
export function applyControl(world: World, body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ControlError('The body is not a JSON object.');
  }
  const given = body as Body;
  const named = ['underlying', 'stablecoin', 'source'].filter((key) => key in given);
  if (named.length !== 1) {
    throw new ControlError('Name either an "underlying" or a "source", or a "stablecoin".');
  }
  if (named[0] === 'underlying') controlUnderlying(world, given);
  else if (named[0] === 'stablecoin') controlCoin(world, given);
  else if ('row' in given) controlRow(world, given);
  else controlSource(world, given);
}

function controlUnderlying(world: World, given: Body): void {
  assertKnown(given, ['underlying', 'price', 'vol', 'hold']);
  const symbol = oneOf(given, 'underlying', Object.keys(world.snapshot.quotes));
  const { price, vol } = given;
  const change: Change<Quote> = holdOf(given);
  if (price !== undefined) change.price = number(given, 'price', 0.01, 10_000_000);
  if (vol !== undefined) change.vol = number(given, 'vol', 0.02, 3);
  if (Object.keys(change).length === 0) {
    throw new ControlError('Give a "price", a "vol" or "hold" for the underlying.');
  }
  world.set(symbol, change);
}

function controlCoin(world: World, given: Body): void {
  assertKnown(given, ['stablecoin', 'price', 'hold']);
  const symbol = oneOf(given, 'stablecoin', Object.keys(world.snapshot.coins));
  const change: Change<Coin> = holdOf(given);
  if (given['price'] !== undefined) change.price = number(given, 'price', 0.01, 2);
  if (Object.keys(change).length === 0) {
    throw new ControlError('Give a "price" or "hold" for the stablecoin.');
  }
  world.setCoin(symbol, change);
}

function holdOf({ hold }: Body): { held?: boolean } {
  if (hold === undefined) return {};
  if (typeof hold === 'boolean') return { held: hold };
  throw new ControlError('"hold" is true or false.');
}

/** What `by` may be where a mode needs it: a share, or seconds. */
const ranges: Partial<Record<Mode | RowMode, readonly [min: number, max: number]>> = {
  ...{ skew: [-0.99, 10], lag: [0, 600], delay: [0, 600], clock: [-86_400, 86_400] },
};

function byOf(given: Body, mode: Mode | RowMode): number {
  const range = ranges[mode];
  return range === undefined ? 0 : number(given, 'by', ...range);
}

function controlSource(world: World, given: Body): void {
  assertKnown(given, ['source', 'mode', 'by']);
  const source = oneOf(given, 'source', sourceNames);
  const mode = oneOf(given, 'mode', modes);
  world.fault(() => world.faults.setSource(source, mode, byOf(given, mode), world.snapshot));
}

function controlRow(world: World, given: Body): void {
  assertKnown(given, ['source', 'row', 'mode', 'by']);
  const source = oneOf(given, 'source', sourceNames);
  const mode = oneOf(given, 'mode', rowModes);
  const { row } = given;
  if (typeof row !== 'string' || row.length === 0 || row.length > 64) {
    throw new ControlError('"row" is the name of an option at that source, or how it begins.');
  }
  const by = byOf(given, mode);
  world.fault(() => world.faults.setRow({ source, row, mode, by }));
}

function assertKnown(given: Body, known: readonly string[]): void {
  const other = Object.keys(given).find((key) => !known.includes(key));
  if (other === undefined) return;
  throw new ControlError(`"${other}" is not known here; use ${known.join(', ')}.`);
}

function oneOf<T extends string>(given: Body, key: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === given[key]);
  if (found !== undefined) return found;
  throw new ControlError(`"${key}" is one of ${allowed.join(', ')}.`);
}

const DECIMAL = /^-?\d{1,12}(\.\d{1,12})?$/;

function number(given: Body, key: string, min: number, max: number): number {
  const value = given[key];
  const plain = typeof value === 'number' || (typeof value === 'string' && DECIMAL.test(value));
  const result = plain ? Number(value) : NaN;
  if (result >= min && result <= max) return result;
  throw new ControlError(`"${key}" is a number from ${min} to ${max}, for example "${max / 2}".`);
}
