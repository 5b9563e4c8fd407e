import { protoName } from '../../proto/amino.ts';
import type { Codec, FieldInfo, MessageInfo } from '../../proto/codec.ts';
import { BadRequest } from '../params.ts';
import { ANY, DURATION, TIMESTAMP, knownTypes } from './gatewayJson.ts';
import { readScalar } from './readScalar.ts';

type Message = Record<string, unknown>;

/** An Any may hold messages with Anys in them; nothing here nests deeper. */
const DEPTH_MAX = 16;

/**
 * A message from JSON as the SDK's gateway reads it: names in snake_case or camelCase, fields left
 * out or null have their defaults, unknown ones are refused. @throws BadRequest
 */
export function readGatewayJson<T>(codec: Codec<T>, json: unknown): T {
  return readMessage(codec, json, codec.typeUrl.slice(1), 0) as T;
}

function readMessage(info: MessageInfo, json: unknown, at: string, depth: number): Message {
  if (info.typeUrl === ANY) return readAny(json, at, depth);
  if (info.typeUrl === TIMESTAMP) return readTimestamp(json, at);
  if (info.typeUrl === DURATION) return readDuration(json, at);
  const message = emptyMessage(info);
  for (const [key, value] of Object.entries(objectOf(json, at))) {
    const field = fieldOf(info, key);
    if (field === undefined) throw new BadRequest(`unknown field "${key.slice(0, 100)}" in ${at}`);
    if (value !== null) message[field.name] = readField(field, value, `${at}.${key}`, depth);
  }
  return message;
}

function readField(field: FieldInfo, value: unknown, at: string, depth: number): unknown {
  if (!field.repeated) return readValue(field, value, at, depth);
  if (!Array.isArray(value)) throw new BadRequest(`${at}: a list is needed`);
  return value.map((one, i) => readValue(field, one, `${at}[${i}]`, depth));
}

const readValue = (field: FieldInfo, value: unknown, at: string, depth: number): unknown =>
  field.kind === 'message'
    ? readMessage(field.message!(), value, at, depth)
    : readScalar(field, value, at);

function readAny(json: unknown, at: string, depth: number): Message {
  if (depth >= DEPTH_MAX) throw new BadRequest(`${at}: nested too deep`);
  const { '@type': typeUrl, ...rest } = objectOf(json, at);
  const codec = typeof typeUrl === 'string' ? knownTypes.get(typeUrl) : undefined;
  if (codec === undefined) {
    throw new BadRequest(`${at}: "@type" must be a message of this chain: /cosmos.bank.v1beta1.…`);
  }
  const inner = readMessage(codec, rest, `${at}(${String(typeUrl)})`, depth + 1);
  return { typeUrl, value: codec.encode(inner) };
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

function readTimestamp(json: unknown, at: string): Message {
  const [, whole, fraction = ''] = RFC3339.exec(typeof json === 'string' ? json : '') ?? [];
  const ms = Date.parse(`${whole ?? ''}Z`);
  if (Number.isNaN(ms))
    throw new BadRequest(`${at}: a time such as 2026-12-27T08:00:00Z is needed`);
  return { seconds: BigInt(ms / 1_000), nanos: Number(fraction.padEnd(9, '0')) };
}

function readDuration(json: unknown, at: string): Message {
  const text = typeof json === 'string' ? json : '';
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  if (whole === undefined) throw new BadRequest(`${at}: a duration such as 1.5s is needed`);
  return { seconds: BigInt(whole), nanos: Number(fraction.padEnd(9, '0')) };
}

function objectOf(json: unknown, at: string): Message {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new BadRequest(`${at}: an object is needed`);
  }
  return json as Message;
}

const fieldOf = (info: MessageInfo, key: string): FieldInfo | undefined =>
  info.fields.find((field) => field.name === key || protoName(field) === key);

/** The message that nobody filled in. */
export function emptyMessage(info: MessageInfo): Message {
  const given = info.fields.filter((field) => !field.optional);
  return Object.fromEntries(given.map((field) => [field.name, emptyValue(field)]));
}

function emptyValue({ kind, repeated }: FieldInfo): unknown {
  if (repeated) return [];
  if (kind === 'string') return '';
  if (kind === 'bytes') return new Uint8Array(0);
  if (kind === 'bool') return false;
  return kind.endsWith('64') ? 0n : 0;
}

/**
 * Sets a field by a parameter of a URL: `pagination.limit`, with one value or, of a list, several.
 * Parameters that name no field are ignored, as the SDK does. @throws BadRequest
 */
export function setParameter(
  info: MessageInfo,
  message: Message,
  name: string,
  values: readonly string[],
): void {
  const [first = '', ...rest] = name.split('.');
  const field = fieldOf(info, first);
  if (field === undefined) return;
  if (field.kind === 'message') {
    if (field.repeated || rest.length === 0) return;
    const inner = (message[field.name] ??= emptyMessage(field.message!()));
    setParameter(field.message!(), inner as Message, rest.join('.'), values);
    return;
  }
  if (rest.length > 0) return;
  if (!field.repeated && values.length > 1) throw new BadRequest(`${name} is given twice`);
  const read = values.map((value) => readScalar(field, value, name));
  message[field.name] = field.repeated ? read : read[0];
}
