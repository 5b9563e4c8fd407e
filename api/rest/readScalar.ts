import { base64 } from '@scure/base';
import type { FieldInfo, FieldKind } from '../../proto/codec.ts';
import { BadRequest } from '../params.ts';

/** What fits a kind of integer. */
const RANGES: Partial<Record<FieldKind, readonly [bigint, bigint]>> = {
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  sint32: [-(1n << 31n), (1n << 31n) - 1n],
  sfixed32: [-(1n << 31n), (1n << 31n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  fixed32: [0n, (1n << 32n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  sint64: [-(1n << 63n), (1n << 63n) - 1n],
  sfixed64: [-(1n << 63n), (1n << 63n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
  fixed64: [0n, (1n << 64n) - 1n],
};

/** A value of JSON, or the text of a parameter, as a field has it. @throws BadRequest */
export function readScalar(field: FieldInfo, value: unknown, at: string): unknown {
  switch (field.kind) {
    case 'string':
      if (typeof value === 'string' && value.isWellFormed()) return value;
      throw new BadRequest(`${at}: text is needed`);
    case 'bool':
      return readBool(value, at);
    case 'bytes':
      return readBytes(value, at);
    case 'enum':
      return readEnum(field, value, at);
    case 'double':
      return readNumber(value, at);
    case 'message':
      throw new Error(`${at} is a message`);
    case 'int32':
    case 'uint32':
    case 'sint32':
    case 'fixed32':
    case 'sfixed32':
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return readInteger(field.kind, value, at);
  }
}

function readBool(value: unknown, at: string): boolean {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw new BadRequest(`${at}: true or false is needed`);
}

/** Standard or for URLs, padded or not; a plus that came through a URL may be a space. */
function readBytes(value: unknown, at: string): Uint8Array {
  const text = typeof value === 'string' ? value.replace(/[- ]/g, '+').replaceAll('_', '/') : '§';
  const bare = text.replace(/=+$/, '');
  try {
    return base64.decode(bare.padEnd(Math.ceil(bare.length / 4) * 4, '='));
  } catch {
    throw new BadRequest(`${at}: base64 is needed`);
  }
}

function readEnum({ values = {} }: FieldInfo, value: unknown, at: string): number {
  const names = Object.keys(values);
  const isNumber = typeof value === 'string' && /^\d{1,9}$/.test(value);
  const given = isNumber ? Number(value) : value;
  const found = names.find((name) => name === given || values[name] === given);
  if (found === undefined) throw new BadRequest(`${at}: one of ${names.join(', ')} is needed`);
  return values[found]!;
}

function readNumber(value: unknown, at: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new BadRequest(`${at}: a number is needed`);
}

function readInteger(kind: FieldKind, value: unknown, at: string): bigint | number {
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isText && !(typeof value === 'number' && Number.isSafeInteger(value))) {
    throw new BadRequest(`${at}: a whole number is needed`);
  }
  const integer = BigInt(value);
  const [min, max] = RANGES[kind]!;
  if (integer < min || integer > max) {
    throw new BadRequest(`${at}: ${integer} is outside ${min}..${max}`);
  }
  return kind.endsWith('64') ? integer : Number(integer);
}
