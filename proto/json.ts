import { base64 } from '@scure/base';
import type { Codec, FieldInfo, MessageInfo } from './codec.ts';

/** What a message looks like as JSON: 64-bit integers as decimal strings, bytes as base64. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Any plain value as JSON; `undefined` fields are left out, or null where that is asked for. */
export function toJson(value: unknown, absent?: null): Json {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return base64.encode(value);
  if (Array.isArray(value)) return value.map((item) => toJson(item, absent));
  if (value !== null && typeof value === 'object') {
    const out: { [key: string]: Json } = {};
    for (const [k, v] of Object.entries(value)) {
      if (v !== undefined) out[k] = toJson(v, absent);
      else if (absent === null) out[k] = null;
    }
    return out;
  }
  return value as Json;
}

/**
 * The same message with a key for every field: `undefined` where there is nothing, so that it can
 * be shown as null. Of a oneof only the member that is there has one.
 */
export function nameAbsent<T>(codec: Codec<T>, message: T): T {
  return named(codec, message as Record<string, unknown>) as T;
}

function named(info: MessageInfo, message: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of info.fields) {
    const value = message[field.name];
    if (value === undefined && field.oneof !== undefined) continue;
    const each = (one: unknown) => named(field.message!(), one as Record<string, unknown>);
    if (field.kind !== 'message' || value === undefined) out[field.name] = value;
    else out[field.name] = field.repeated ? (value as unknown[]).map(each) : each(value);
  }
  return out;
}

/**
 * A message from JSON. Strict: an unknown or missing field, or a value of the wrong type, throws
 * with the path to it. Enum values may be names or numbers.
 */
export function fromJson<T>(codec: Codec<T>, json: unknown): T {
  return readMessage(codec, json, codec.typeUrl.slice(1)) as T;
}

function readMessage(info: MessageInfo, json: unknown, at: string): Record<string, unknown> {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw new Error(`${at}: an object is needed`);
  }
  const given = json as Record<string, unknown>;
  const known = new Set(info.fields.map((f) => f.name));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) throw new Error(`${at}.${key}: unknown field`);
  }
  const out: Record<string, unknown> = {};
  for (const field of info.fields) {
    const value = given[field.name];
    const path = `${at}.${field.name}`;
    if (value === undefined) {
      if (!field.optional) throw new Error(`${path}: missing`);
    } else if (field.repeated) {
      if (!Array.isArray(value)) throw new Error(`${path}: a list is needed`);
      out[field.name] = value.map((v, i) => readValue(field, v, `${path}[${i}]`));
    } else {
      out[field.name] = readValue(field, value, path);
    }
  }
  return out;
}

function readValue(field: FieldInfo, value: unknown, at: string): unknown {
  switch (field.kind) {
    case 'message':
      return readMessage(field.message!(), value, at);
    case 'bool':
      if (typeof value !== 'boolean') throw new Error(`${at}: true or false is needed`);
      return value;
    case 'string':
      if (typeof value !== 'string') throw new Error(`${at}: a string is needed`);
      if (!value.isWellFormed()) throw new Error(`${at}: half of a surrogate pair`);
      return value;
    case 'bytes':
      return readBytes(value, at);
    case 'enum': {
      const found = typeof value === 'string' ? field.values![value] : value;
      if (!Object.values(field.values!).includes(found as number)) {
        throw new Error(`${at}: one of ${Object.keys(field.values!).join(', ')} is needed`);
      }
      return found;
    }
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return readInteger(value, at, -(1n << 63n), (1n << 63n) - 1n);
    case 'uint64':
    case 'fixed64':
      return readInteger(value, at, 0n, (1n << 64n) - 1n);
    case 'double':
      if (typeof value !== 'number') throw new Error(`${at}: a number is needed`);
      return value;
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return readSmallInteger(value, at, -0x80000000, 0x7fffffff);
    case 'uint32':
    case 'fixed32':
      return readSmallInteger(value, at, 0, 0xffffffff);
  }
}

function readBytes(value: unknown, at: string): Uint8Array {
  try {
    if (typeof value === 'string') return base64.decode(value);
  } catch {
    // The message below says more than the decoder's.
  }
  throw new Error(`${at}: base64 is needed`);
}

function readInteger(value: unknown, at: string, min: bigint, max: bigint): bigint {
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isText && !(typeof value === 'number' && Number.isSafeInteger(value))) {
    throw new Error(`${at}: an integer is needed, as a decimal string`);
  }
  const integer = BigInt(value);
  if (integer < min || integer > max)
    throw new Error(`${at}: ${integer} is outside ${min}..${max}`);
  return integer;
}

function readSmallInteger(value: unknown, at: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new Error(`${at}: an integer is needed`);
  }
  if (value < min || value > max) throw new Error(`${at}: ${value} is outside ${min}..${max}`);
  return value;
}
