import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { CodecError } from './codec.ts';
import type { Codec, MessageInfo } from './codec.ts';
import { MsgSend } from './gen/cosmos.bank.v1beta1.ts';
import { Coin } from './gen/cosmos.base.v1beta1.ts';
import { CommitmentProof } from './gen/cosmos.ics23.v1.ts';
import { AuthInfo, Fee, SignerInfo, TxBody } from './gen/cosmos.tx.v1beta1.ts';
import { Timestamp } from './gen/google.protobuf.ts';
import { ExpiryBase } from './gen/tenor.oracle.v1.ts';
import { fromJson, toJson } from './json.ts';
import { messageOf } from '../test/harness/messages.ts';
import type { Message } from '../test/harness/messages.ts';

/** More of the same with TENOR_FUZZ_RUNS=1000. */
const RUNS = Number(process.env['TENOR_FUZZ_RUNS'] ?? 4);

const folder = fileURLToPath(new URL('./', import.meta.url));
const modules = await Promise.all(
  readdirSync(join(folder, 'gen'))
    .filter((name) => name !== 'index.ts')
    .map((name) => import(`./gen/${name}`) as Promise<Record<string, unknown>>),
);
const codecs = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is Codec<Message> => typeof value === 'object' && 'typeUrl' in value!);

/** protobufjs' own reading of the same .proto files. */
const schema = new protobuf.Root();
/** Options are kept without their types: these files declare nothing else. */
const isOptions = (path: string): boolean =>
  /^(amino|cosmos_proto|google\/api)\/|\/descriptor\.proto$/.test(path);
schema.resolvePath = (_, target) => {
  if (isOptions(target)) return null;
  return target.startsWith('/') ? target : join(folder, target);
};
const protos = readdirSync(folder, { recursive: true, encoding: 'utf8' });
await schema.load(
  protos.filter((p) => p.endsWith('.proto') && !isOptions(p)).map((p) => join(folder, p)),
);

const U64 = (1n << 64n) - 1n;
const MAX = (1n << 63n) - 1n;
const MIN = -(1n << 63n);

/** Without the second and later members of a oneof: only one can be sent. */
function oneOfEach(peer: protobuf.Type, message: Message): Message {
  const extra = peer.oneofsArray.flatMap(({ oneof }) =>
    oneof.filter((name) => message[name] !== undefined).slice(1),
  );
  return Object.fromEntries(Object.entries(message).filter(([name]) => !extra.includes(name)));
}

/** A message as protobufjs takes it: 64-bit integers as decimal strings. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([k, v]) => [k, plain(v)] as const);
  // protobufjs brings its own google.protobuf.Any, with the names of the .proto file.
  const typeUrl = entries.filter(([k]) => k === 'typeUrl').map(([, v]) => ['type_url', v] as const);
  return Object.fromEntries([...entries, ...typeUrl]);
};

describe('every message', () => {
  test.each(codecs.map((c) => [c.typeUrl.slice(1), c] as const))('%s', (name, codec) => {
    const peer = schema.lookupType(name);
    const check = (drawn: Message) => {
      const message = oneOfEach(peer, drawn);
      const bytes = codec.encode(message);
      expect(codec.decode(bytes)).toEqual(message);
      expect(
        codec.decode(peer.encode(peer.fromObject(plain(message) as Message)).finish()),
      ).toEqual(message);
      const read = peer.toObject(peer.decode(bytes), { longs: String, defaults: false });
      // What protobufjs reads of our bytes, it writes as the same message.
      expect(codec.decode(peer.encode(peer.fromObject(read)).finish())).toEqual(message);
      expect(fromJson(codec, JSON.parse(JSON.stringify(toJson(message))))).toEqual(message);
    };
    fc.assert(fc.property(messageOf(codec), check), { numRuns: RUNS });
  });

  test('does not hold itself, so that no input nests deeper than the types do', () => {
    const depth = (info: MessageInfo, above: readonly MessageInfo[]): number => {
      expect(above).not.toContain(info);
      const inner = info.fields.flatMap((f) => (f.message === undefined ? [] : [f.message()]));
      return 1 + Math.max(0, ...inner.map((i) => depth(i, [...above, info])));
    };
    // The deepest tells a transaction, down to the mode of a member of a multi-signature.
    expect(Math.max(...codecs.map((c) => depth(c, [])))).toBeLessThan(9);
  });

  test('has one encoding for the empty value: nothing', () => {
    for (const codec of codecs) {
      expect(codec.encode(codec.decode(new Uint8Array(0)))).toHaveLength(0);
    }
  });

  test('reads random and mutated bytes or throws a CodecError, and nothing else', () => {
    const bytesOf = (codec: Codec<Message>) =>
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc
          .tuple(messageOf(codec), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
          .map(([message, changes]) => {
            const bytes = Uint8Array.from(codec.encode(message));
            for (const [at, to] of changes) if (bytes.length > 0) bytes[at % bytes.length] = to;
            return bytes;
          }),
      );
    for (const codec of codecs) {
      fc.assert(
        fc.property(bytesOf(codec), (bytes) => {
          let message: Message;
          try {
            message = codec.decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(CodecError);
            return;
          }
          expect(codec.decode(codec.encode(message))).toEqual(message);
        }),
        { numRuns: 5 * RUNS },
      );
    }
  });
});

describe('refused when read', () => {
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const refuse = (codec: Pick<Codec<unknown>, 'decode'>, hex: string) => {
    expect(() => codec.decode(bytes(hex))).toThrow(CodecError);
  };

  test('an unknown field, at the top and below', () => {
    refuse(Coin, '1a 00');
    refuse(Fee, '0a 02 18 00');
    refuse(MsgSend, 'f8 3f 01');
  });

  test('a known field of another wire type', () => {
    refuse(Coin, '08 01');
    refuse(Fee, '12 01 00');
    refuse(Fee, '0b 0c');
  });

  test('a value or a length that ends beyond the input or its message', () => {
    refuse(Coin, '0a 05 61');
    refuse(Coin, '0a ff ff ff ff 0f');
    refuse(Coin, '0a');
    refuse(Fee, '10 ff');
    refuse(Fee, '0a 03 0a 05 61 10 01 00 00');
    refuse(SignerInfo, '12 80 80 80 80 08');
  });

  test('text that is not UTF-8', () => {
    for (const text of ['ff', 'c0 80', 'ed a0 80', 'f4 90 80 80', 'e2 82']) {
      refuse(Coin, `0a 0${text.replaceAll(' ', '').length / 2} ${text}`);
    }
    expect(Coin.decode(bytes('0a 03 ef bb bf')).denom).toBe('\ufeff');
  });

  test('a varint that has no end, or more bits than its field', () => {
    refuse(Fee, '10 ff ff ff ff ff ff ff ff ff ff 01');
    refuse(Fee, '10 80 80 80 80 80 80 80 80 80 02');
    expect(Fee.decode(bytes('10 ff ff ff ff ff ff ff ff ff 01')).gasLimit).toBe(U64);
    // 2^32 of a 32-bit field, which others read as 0, and a tag that would be cut to field 1.
    refuse(ExpiryBase, '18 80 80 80 80 10');
    refuse(ExpiryBase, '88 80 80 80 10 01');
    refuse(Timestamp, '10 80 80 80 80 08');
    expect(Timestamp.decode(bytes('10 80 80 80 80 f8 ff ff ff ff 01')).nanos).toBe(-(2 ** 31));
  });

  test('a single message that is there twice', () => {
    const fee = AuthInfo.encode({ signerInfos: [], fee: Fee.decode(new Uint8Array(0)) });
    refuse(AuthInfo, Buffer.from(fee).toString('hex').repeat(2));
    // A single number is replaced, as every protobuf reader does.
    expect(TxBody.decode(bytes('18 01 18 02')).timeoutHeight).toBe(2n);
  });

  test('two members of a oneof, in either order', () => {
    refuse(CommitmentProof, '0a 00 12 00');
    refuse(CommitmentProof, '12 00 0a 00');
  });

  test('an enum value without a name', () => {
    refuse(SignerInfo, '12 04 0a 02 08 63');
  });

  test('packed and single numbers of one list are read alike', () => {
    expect(ExpiryBase.decode(bytes('1a 02 05 06 18 07')).volsBp).toEqual([5, 6, 7]);
    refuse(ExpiryBase, '1a 02 05 80 01');
  });
});

describe('refused when written', () => {
  test.each([-1n, U64 + 1n])('%s as an unsigned 64-bit integer', (gasLimit) => {
    const fee: Fee = { amount: [], gasLimit, payer: '', granter: '' };
    expect(() => Fee.encode(fee)).toThrow(CodecError);
  });

  test.each([MAX + 1n, MIN - 1n])('%s as a signed 64-bit integer', (seconds) => {
    expect(() => Timestamp.encode({ seconds, nanos: 0 })).toThrow(CodecError);
  });

  test.each([0.5, NaN, Infinity, 2 ** 31])('%s as a 32-bit integer', (nanos) => {
    expect(() => Timestamp.encode({ seconds: 0n, nanos })).toThrow(CodecError);
  });

  test('half of a surrogate pair', () => {
    expect(() => Coin.encode({ denom: '\ud800', amount: '' })).toThrow(CodecError);
  });
});
