import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { messageOf } from '../test/harness/messages.ts';
import { aminoNameOf, aminoSignBytes, fromAminoJson, toAminoJson } from './amino.ts';
import type { Codec } from './codec.ts';
import { AuthInfo, TxBody } from './gen/cosmos.tx.v1beta1.ts';
import { allMsgs } from './gen/index.ts';

interface Vector {
  readonly name: string;
  readonly bodyBytes: string;
  readonly authInfoBytes: string;
  readonly chainId: string;
  readonly accountNumber: string;
  readonly sequence: string;
  readonly signBytes: string;
}

const file = new URL('../test/vectors/amino/vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const codecs = allMsgs as unknown as readonly Codec<object>[];
const codecOf = (typeUrl: string) => codecs.find((codec) => codec.typeUrl === typeUrl)!;

describe('Amino JSON', () => {
  test.each(vectors.map((vector, i) => [`${vector.name} ${i % 4}`, vector] as const))(
    'is what the Cosmos SDK signs for %s',
    (_, { bodyBytes, authInfoBytes, chainId, accountNumber, sequence, signBytes }) => {
      const body = TxBody.decode(Buffer.from(bodyBytes, 'base64'));
      const { fee } = AuthInfo.decode(Buffer.from(authInfoBytes, 'base64'));
      const msgs = body.messages.map(({ typeUrl, value }) => {
        const info = codecOf(typeUrl);
        return { info, msg: info.decode(value) };
      });
      const [number, position] = [BigInt(accountNumber), BigInt(sequence)];
      const doc = { chainId, accountNumber: number, sequence: position, fee, body, msgs };
      expect(Buffer.from(aminoSignBytes(doc)).toString()).toBe(signBytes);
    },
  );

  test('has a vector of every message (test/vectors/amino/generator)', () => {
    const known = new Set(vectors.map(({ name }) => `/${name}`));
    const missing = codecs.filter(({ typeUrl }) => !known.has(typeUrl));
    expect(missing.map(({ typeUrl }) => typeUrl)).toEqual([]);
  });

  test('every message has a name of its own, and short enough for a hardware wallet', () => {
    const names = codecs.map(aminoNameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.length > 39)).toEqual([]);
  });

  test.each(codecs.map((codec) => [codec.typeUrl, codec] as const))(
    'loses nothing of %s',
    (_, codec) => {
      fc.assert(
        fc.property(messageOf(codec), (message) => {
          const json: unknown = JSON.parse(JSON.stringify(toAminoJson(codec, message)));
          const back = fromAminoJson(codec, json);
          expect(codec.encode(back)).toEqual(codec.encode(message));
        }),
        { numRuns: 50 },
      );
    },
  );

  test.each([
    ['a list in place of a message', []],
    ['a number in place of an integer as text', { order_id: 5 }],
    ['an integer that is none', { order_id: '0x5' }],
  ])('%s is refused', (_, json) => {
    const codec = codecOf('/tenor.clob.v1.MsgCancelOrder');
    expect(() => fromAminoJson(codec, json)).toThrow(/is needed/);
  });
});
