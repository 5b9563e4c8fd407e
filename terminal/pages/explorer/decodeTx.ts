import { coinText } from '../../../app/lib/amountText.ts';
import type { Codec, FieldInfo, MessageInfo } from '../../../proto/codec.ts';
import type { Coin } from '../../../proto/gen/cosmos.base.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import { allMsgs } from '../../../proto/gen/index.ts';
import { MsgUpdateParams } from '../../../proto/gen/tenor.runtime.v1.ts';
import { askedOf } from './askedOf.ts';
import { fieldText, labelOf } from './fieldText.ts';
import { moduleParams } from './moduleParams.ts';

/** A message as a person reads it. */
export interface ReadMessage {
  /** `MsgPlaceOrder`. */
  readonly name: string;
  readonly typeUrl: string;
  /** A sentence: what it asks for. Empty for a message of no known kind. */
  readonly asked: string;
  /** Each field that says something, in words and with units: `actions 1 · place · series`. */
  readonly fields: readonly (readonly [path: string, value: string])[];
}

export interface ReadTx {
  readonly messages: readonly ReadMessage[];
  readonly memo: string;
  /** `0.005 USD`; empty for none. */
  readonly fee: string;
  readonly gasLimit: string;
  /** Beside others, without a sequence. */
  readonly isUnordered: boolean;
}

const codecs = new Map(
  (allMsgs as readonly Codec<object>[]).map((codec) => [codec.typeUrl, codec] as const),
);

const COIN = '/cosmos.base.v1beta1.Coin';

/** Zeros, empty texts and values that stand for none say nothing. */
function isEmpty({ values }: FieldInfo, value: unknown): boolean {
  if (value === undefined || value === '' || value === false) return true;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value !== 0 && value !== 0n) return false;
  const zero = Object.keys(values ?? {}).find((name) => values![name] === 0);
  return zero === undefined || zero.endsWith('_NONE');
}

function fieldsOf(info: MessageInfo, message: object, path: string): [string, string][] {
  return info.fields.flatMap((field) => {
    const value = (message as Readonly<Record<string, unknown>>)[field.name];
    const each = field.repeated ? (value as unknown[]) : [value];
    return each.flatMap((one, i): [string, string][] => {
      const place = field.repeated && each.length > 1 ? ` ${i + 1}` : '';
      const name = `${path}${labelOf(field.name)}${place}`;
      if (one === undefined || isEmpty(field, one)) return [];
      if (field.message === undefined) return [[name, fieldText(field, one)]];
      const inner = field.message();
      if (inner.typeUrl !== COIN) return fieldsOf(inner, one as object, `${name} · `);
      const { amount, denom } = one as Coin;
      return [[name, coinText(BigInt(amount), denom)]];
    });
  });
}

/** Parameters are in it as bytes: which fields they have is told by the module's name. */
function paramsOf(message: object): [string, string][] {
  const { module, params } = message as MsgUpdateParams;
  const codec = moduleParams[module];
  return codec === undefined ? [] : fieldsOf(codec, codec.decode(params), '');
}

function messageOf({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): ReadMessage {
  const codec = codecs.get(typeUrl);
  const name = typeUrl.split('.').at(-1) ?? typeUrl;
  if (codec === undefined) return { name, typeUrl, asked: '', fields: [] };
  const message = codec.decode(value);
  const fields = fieldsOf(codec, message, '');
  const isParams = typeUrl === MsgUpdateParams.typeUrl;
  const all = isParams
    ? [...fields.filter(([name]) => name !== 'params'), ...paramsOf(message)]
    : fields;
  return { name, typeUrl, asked: askedOf(typeUrl, message), fields: all };
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
      fee: (fee?.amount ?? [])
        .map(({ amount, denom }) => coinText(BigInt(amount), denom))
        .join(', '),
      gasLimit: String(fee?.gasLimit ?? 0n),
      isUnordered: body.unordered,
    };
  } catch {
    return null;
  }
}
