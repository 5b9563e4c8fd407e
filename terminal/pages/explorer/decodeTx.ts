import type { Codec } from '../../../proto/codec.ts';
import { AuthInfo, TxBody, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import { allMsgs } from '../../../proto/gen/index.ts';
import { toJson } from '../../../proto/json.ts';
import type { Json } from '../../../proto/json.ts';

/** A message as a person reads it. */
export interface ReadMessage {
  /** `MsgPlaceOrder`. */
  readonly name: string;
  readonly typeUrl: string;
  /** By the path of each field that says something: `actions.0.place.series`. */
  readonly fields: readonly (readonly [path: string, value: string])[];
}

export interface ReadTx {
  readonly messages: readonly ReadMessage[];
  readonly memo: string;
  /** `5000uusd`; empty for none. */
  readonly fee: string;
  readonly gasLimit: string;
  /** Beside others, without a sequence. */
  readonly isUnordered: boolean;
}

const codecs = new Map(
  (allMsgs as readonly Codec<object>[]).map((codec) => [codec.typeUrl, codec] as const),
);

/** Zeros, empty texts and lists say nothing. */
const isEmpty = (value: Json) =>
  value === null || value === '' || value === '0' || value === 0 || value === false;

function fieldsOf(value: Json, path: string): [string, string][] {
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, Json>);
    return entries.flatMap(([key, each]) => fieldsOf(each, path === '' ? key : `${path}.${key}`));
  }
  return isEmpty(value) ? [] : [[path, String(value)]];
}

function messageOf({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): ReadMessage {
  const codec = codecs.get(typeUrl);
  const name = typeUrl.split('.').at(-1) ?? typeUrl;
  if (codec === undefined) return { name, typeUrl, fields: [] };
  return { name, typeUrl, fields: fieldsOf(toJson(codec.decode(value)), '') };
}

/** What a transaction asks for; null where these bytes are none, as the votes of a block. */
export function decodeTx(bytes: Uint8Array): ReadTx | null {
  try {
    const { bodyBytes, authInfoBytes } = TxRaw.decode(bytes);
    const body = TxBody.decode(bodyBytes);
    const { fee } = AuthInfo.decode(authInfoBytes);
    if (body.messages.length === 0) return null;
    return {
      messages: body.messages.map(messageOf),
      memo: body.memo,
      fee: (fee?.amount ?? []).map(({ amount, denom }) => `${amount}${denom}`).join(', '),
      gasLimit: String(fee?.gasLimit ?? 0n),
      isUnordered: body.unordered,
    };
  } catch {
    return null;
  }
}
