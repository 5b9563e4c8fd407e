import { base64 } from '@scure/base';
import { protoName } from '../../proto/amino.ts';
import { CodecError } from '../../proto/codec.ts';
import type { Codec, FieldInfo, MessageInfo } from '../../proto/codec.ts';
import { messages } from '../../proto/gen/services.ts';
import type { Json } from '../../proto/json.ts';

/** What an Any can hold here, by its type URL. */
export const knownTypes: ReadonlyMap<string, Codec<unknown>> = new Map(
  messages.map((codec) => [codec.typeUrl, codec]),
);

export const ANY = '/google.protobuf.Any';
export const TIMESTAMP = '/google.protobuf.Timestamp';
export const DURATION = '/google.protobuf.Duration';

/**
 * A message in the JSON of the SDK's gRPC gateway: names in snake_case, 64-bit integers as decimal
 * strings, enums by name, decimals with their point, what an Any holds beside its `@type`, and no
 * field left out: what is absent, empty bytes too, is null.
 */
export function gatewayJson<T>(codec: Codec<T>, message: T): Json {
  return messageJson(codec, message as Record<string, unknown>);
}

function messageJson(info: MessageInfo, message: Record<string, unknown>): Json {
  if (info.typeUrl === ANY) return anyJson(message['typeUrl'] as string, message['value']);
  if (info.typeUrl === TIMESTAMP) return timestampJson(message as never);
  if (info.typeUrl === DURATION) return durationJson(message as never);
  const out: { [key: string]: Json } = {};
  for (const field of info.fields) {
    const value = message[field.name];
    if (value === undefined && field.oneof !== undefined) continue;
    out[protoName(field)] = fieldJson(field, value);
  }
  return out;
}

function fieldJson(field: FieldInfo, value: unknown): Json {
  if (value === undefined) return null;
  if (field.repeated) return (value as unknown[]).map((one) => valueJson(field, one));
  return valueJson(field, value);
}

function valueJson(field: FieldInfo, value: unknown): Json {
  if (field.kind === 'message') {
    return messageJson(field.message!(), value as Record<string, unknown>);
  }
  if (field.decimal) return decimalJson(value as string | Uint8Array);
  if (field.kind === 'enum') {
    const name = Object.entries(field.values!).find(([, number]) => number === value)?.[0];
    return name ?? (value as number);
  }
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) {
    return value.length === 0 && !field.repeated ? null : base64.encode(value);
  }
  return value as Json;
}

const DECIMALS = 18;

/** The wire has a decimal's 10^18-fold, as text; JSON has all its digits. */
function decimalJson(value: string | Uint8Array): string {
  const digits = typeof value === 'string' ? value : new TextDecoder().decode(value);
  const padded = (digits === '' ? '0' : digits).padStart(DECIMALS + 1, '0');
  return `${padded.slice(0, -DECIMALS)}.${padded.slice(-DECIMALS)}`;
}

function anyJson(typeUrl: string, value: unknown): Json {
  const codec = knownTypes.get(typeUrl);
  const bytes = value as Uint8Array;
  try {
    if (codec !== undefined) {
      const inner = gatewayJson(codec, codec.decode(bytes));
      return { '@type': typeUrl, ...(inner as { [key: string]: Json }) };
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  return { '@type': typeUrl, value: base64.encode(bytes) };
}

interface Moment {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Of the year 1, which Go writes for no time at all, and of 9999. */
const SECONDS_MIN = -62_135_596_800n;
const SECONDS_MAX = 253_402_300_799n;

function timestampJson({ seconds, nanos }: Moment): Json {
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) return null;
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${whole}${fractionOf(nanos)}Z`;
}

const durationJson = ({ seconds, nanos }: Moment): Json => `${seconds}${fractionOf(nanos)}s`;

/** As Go writes it: no zeros at the end. */
function fractionOf(nanos: number): string {
  const digits = String(nanos).padStart(9, '0').replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}
