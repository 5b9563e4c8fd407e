import { base64 } from '@scure/base';
import { CodecError } from './codec.ts';
import type { Codec, FieldInfo, MessageInfo } from './codec.ts';
import type { Fee, TxBody } from './gen/cosmos.tx.v1beta1.ts';
import type { Timestamp } from './gen/google.protobuf.ts';
import type { Json } from './json.ts';

/**
 * Amino JSON, which hardware wallets show and sign, made from the tables of the codecs by the rules
 * of the Cosmos SDK (x/tx, signing/aminojson): names of the .proto files, empty fields left out,
 * 64-bit integers as strings, bytes as base64, enums as numbers. No message needs code of its own.
 */
export const aminoNameOf = ({ typeUrl, amino }: MessageInfo): string => amino ?? typeUrl;

type Message = Readonly<Record<string, unknown>>;

/** The fields of a message, as the `value` beside its type. */
export function toAminoJson<T>(info: Codec<T>, message: T): Json {
  return messageJson(info, message as Message);
}

/** What the .proto file calls a field. */
export const protoName = ({ name }: FieldInfo): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a oneof is called: the SDK writes its name in camel case, with a capital. */
const oneofKey = (oneof: string): string =>
  oneof.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function messageJson(info: MessageInfo, message: Message): Json {
  if (info.typeUrl === '/google.protobuf.Timestamp') return timeText(message as never);
  const json: { [key: string]: Json } = {};
  for (const field of info.fields) {
    const value = message[field.name];
    if (field.oneof !== undefined) {
      const key = oneofKey(field.oneof);
      json[key] ??= null;
      if (value === undefined) continue;
      const member = { [protoName(field)]: valueJson(field, value) };
      json[key] = { type: field.oneofName ?? protoName(field), value: member };
    } else if (field.keepEmpty || isThere(field, value)) {
      json[protoName(field)] = field.repeated
        ? (value as unknown[]).map((one) => valueJson(field, one))
        : valueJson(field, value);
    }
  }
  return json;
}

function isThere({ optional }: FieldInfo, value: unknown): boolean {
  if (optional) return value !== undefined;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  return value !== '' && value !== 0 && value !== 0n && value !== false;
}

function valueJson(field: FieldInfo, value: unknown): Json {
  const { kind, name, message } = field;
  if (kind === 'message') return messageJson(message!(), value as Message);
  if (kind === 'bytes') return base64.encode(value as Uint8Array);
  if (kind === 'double') throw new CodecError(`${name}: Amino JSON has no fractions`);
  return typeof value === 'bigint' ? value.toString() : (value as Json);
}

/** RFC 3339 in UTC, with as many digits of a second as there are. */
function timeText({ seconds, nanos }: Timestamp): string {
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, -5);
  const digits = nanos.toString().padStart(9, '0').replace(/0+$/, '');
  return `${whole}${digits === '' ? '' : `.${digits}`}Z`;
}

/** A message from the `value` beside its type. What is left out is empty. @throws CodecError */
export function fromAminoJson<T>(info: Codec<T>, json: unknown): T {
  return readMessage(info, json) as T;
}

function readMessage(info: MessageInfo, json: unknown): Message {
  if (info.typeUrl === '/google.protobuf.Timestamp') return readTime(json);
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw new CodecError(`${info.typeUrl}: an object is needed`);
  }
  const given = json as Readonly<Record<string, unknown>>;
  const message: Record<string, unknown> = {};
  for (const field of info.fields) {
    const value = field.oneof === undefined ? given[protoName(field)] : memberOf(field, given);
    if (value === undefined || value === null) {
      if (!field.optional) message[field.name] = emptyOf(field);
    } else if (field.repeated) {
      message[field.name] = (value as unknown[]).map((one) => readValue(field, one));
    } else {
      message[field.name] = readValue(field, value);
    }
  }
  return message;
}

function memberOf(field: FieldInfo, given: Readonly<Record<string, unknown>>): unknown {
  const oneof = given[oneofKey(field.oneof!)] as { value?: Record<string, unknown> } | null;
  return oneof?.value?.[protoName(field)];
}

/** What a field holds that is left out. */
function emptyOf({ kind, repeated }: FieldInfo): unknown {
  if (repeated) return [];
  if (kind === 'string') return '';
  if (kind === 'bytes') return new Uint8Array(0);
  if (kind === 'bool') return false;
  return is64(kind) ? 0n : 0;
}

const is64 = (kind: FieldInfo['kind']): boolean => kind.endsWith('64');

function readValue(field: FieldInfo, value: unknown): unknown {
  if (field.kind === 'message') return readMessage(field.message!(), value);
  if (field.kind === 'bytes') return base64.decode(String(value));
  if (!is64(field.kind)) return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw new CodecError(`${field.name}: an integer as a string is needed`);
}

function readTime(json: unknown): Message {
  const match = /^(.+?)(?:\.(\d{1,9}))?Z$/.exec(String(json));
  const ms = match === null ? NaN : Date.parse(`${match[1]!}Z`);
  if (Number.isNaN(ms)) throw new CodecError('a time in RFC 3339 is needed');
  return { seconds: BigInt(ms / 1_000), nanos: Number((match![2] ?? '').padEnd(9, '0')) };
}

/** What a signature in SIGN_MODE_LEGACY_AMINO_JSON is for. */
export interface AminoSignDoc {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly fee: Fee | undefined;
  readonly body: Omit<TxBody, 'messages'>;
  readonly msgs: readonly { readonly info: Codec<unknown>; readonly msg: unknown }[];
}

/** The bytes that are signed: all keys sorted, no spaces, and HTML's characters escaped. */
export function aminoSignBytes(doc: AminoSignDoc): Uint8Array {
  const { fee, body, msgs } = doc;
  const { amount = [], gasLimit = 0n, payer = '', granter = '' } = fee ?? {};
  const { memo, timeoutHeight, unordered, timeoutTimestamp } = body;
  const json: Json = {
    account_number: doc.accountNumber.toString(),
    chain_id: doc.chainId,
    fee: {
      amount: amount.map(({ denom, amount: units }) => ({
        ...(units === '' ? {} : { amount: units }),
        ...(denom === '' ? {} : { denom }),
      })),
      gas: gasLimit.toString(),
      ...(granter === '' ? {} : { granter }),
      ...(payer === '' ? {} : { payer }),
    },
    memo,
    msgs: msgs.map(({ info, msg }) => ({ type: aminoNameOf(info), value: toAminoJson(info, msg) })),
    sequence: doc.sequence.toString(),
    ...(timeoutHeight === 0n ? {} : { timeout_height: timeoutHeight.toString() }),
    ...(timeoutTimestamp === undefined ? {} : { timeout_timestamp: timeText(timeoutTimestamp) }),
    ...(unordered ? { unordered } : {}),
  };
  return new TextEncoder().encode(sortedText(json));
}

/** One text for a value, as Go writes it. */
function sortedText(json: Json): string {
  if (typeof json === 'string') return stringText(json);
  if (Array.isArray(json)) return `[${json.map(sortedText).join(',')}]`;
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  const keys = Object.keys(json).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${stringText(key)}:${sortedText(json[key]!)}`).join(',')}}`;
}

const stringText = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
