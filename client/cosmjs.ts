import type { GeneratedType } from '@cosmjs/proto-signing';
import type { AminoConverter, AminoConverters } from '@cosmjs/stargate';
import { aminoNameOf, fromAminoJson, toAminoJson } from '../proto/amino.ts';
import type { Codec, FieldInfo, MessageInfo } from '../proto/codec.ts';
import { allMsgs } from '../proto/gen/index.ts';

type Message = Record<string, unknown>;

const codecs = allMsgs as readonly Codec<object>[] as readonly Codec<Message>[];

/** A message with what was left out of it as empty. */
function complete(info: MessageInfo, partial: Readonly<Message>): Message {
  return Object.fromEntries(
    info.fields.flatMap((field) => {
      const value = partial[field.name];
      if (value === undefined || value === null) {
        return field.optional ? [] : [[field.name, emptyOf(field)]];
      }
      if (field.kind !== 'message') return [[field.name, value]];
      const inner = (one: unknown) => complete(field.message!(), one as Message);
      return [[field.name, field.repeated ? (value as unknown[]).map(inner) : inner(value)]];
    }),
  );
}

function emptyOf({ kind, repeated }: FieldInfo): unknown {
  if (repeated) return [];
  if (kind === 'string') return '';
  if (kind === 'bytes') return new Uint8Array(0);
  if (kind === 'bool') return false;
  return kind.endsWith('64') ? 0n : 0;
}

function generatedType(codec: Codec<Message>): GeneratedType {
  const type = {
    encode: (message: Message) => ({ finish: () => codec.encode(complete(codec, message)) }),
    decode: (bytes: Uint8Array) => codec.decode(bytes),
    fromPartial: (partial: Message) => complete(codec, partial),
  };
  // cosmjs calls these and no more of what the generators that it knows write.
  return type;
}

/** For `new Registry([...defaultRegistryTypes, ...tenorTypes])` of cosmjs. */
export const tenorTypes: readonly (readonly [string, GeneratedType])[] = codecs.map(
  (codec) => [codec.typeUrl, generatedType(codec)] as const,
);

function converter(codec: Codec<Message>): AminoConverter {
  return {
    aminoType: aminoNameOf(codec),
    toAmino: (message: Message) => toAminoJson(codec, complete(codec, message)),
    fromAmino: (json: unknown) => fromAminoJson(codec, json),
  };
}

/** For `new AminoTypes(tenorAminoConverters)` of cosmjs: hardware wallets sign what these show. */
export const tenorAminoConverters: AminoConverters = Object.fromEntries(
  codecs.map((codec) => [codec.typeUrl, converter(codec)]),
);
