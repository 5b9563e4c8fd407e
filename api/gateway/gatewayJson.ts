import { base64 } from '@scure/base';
import { protoName } from '../../proto/amino.ts';
import { CodecError } from '../../proto/codec.ts';
import type { Codec, FieldInfo, MessageInfo } from '../../proto/codec.ts';
import * as bank from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos.crypto.multisig.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { allMsgs } from '../../proto/gen/index.ts';
import type { Json } from '../../proto/json.ts';

/** What an Any can hold here, by its type URL. */
const known = new Map<string, Codec<unknown>>(
  [...allMsgs, bank.MsgSend, PubKey, LegacyAminoPubKey, tx.Tx].map((codec) => [
    codec.typeUrl,
    codec as Codec<unknown>,
  ]),
);

const ANY = '/google.protobuf.Any';
const TIMESTAMP = '/google.protobuf.Timestamp';

/**
 * A message in the JSON of the SDK's gRPC gateway: names in snake_case, 64-bit integers as decimal
 * strings, enums by name, what an Any holds beside its `@type`, and no field left out.
 */
export function gatewayJson<T>(codec: Codec<T>, message: T): Json {
  return messageJson(codec, message as Record<string, unknown>);
}

function messageJson(info: MessageInfo, message: Record<string, unknown>): Json {
  if (info.typeUrl === ANY) return anyJson(message['typeUrl'] as string, message['value']);
  if (info.typeUrl === TIMESTAMP) return timestampJson(message);
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
  if (field.kind === 'enum') {
    const name = Object.entries(field.values!).find(([, number]) => number === value)?.[0];
    return name ?? (value as number);
  }
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return base64.encode(value);
  return value as Json;
}

function anyJson(typeUrl: string, value: unknown): Json {
  const codec = known.get(typeUrl);
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

function timestampJson(message: Record<string, unknown>): Json {
  const { seconds, nanos } = message as { seconds: bigint; nanos: number };
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return nanos === 0 ? `${whole}Z` : `${whole}.${String(nanos).padStart(9, '0')}Z`;
}
