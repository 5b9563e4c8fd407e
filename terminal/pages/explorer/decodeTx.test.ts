import { describe, expect, it, test } from '@jest/globals';
import { UserKey, anyOf } from '../../../test/harness/keys.ts';
import type { Codec, FieldInfo, MessageInfo } from '../../../proto/codec.ts';
import { allMsgs } from '../../../proto/gen/index.ts';
import { Params } from '../../../proto/gen/tenor.runtime.v1.ts';
import { MsgUpdateParams } from '../../../proto/gen/tenor.runtime.v1.ts';
import { depositMsg, orderMsg, Side } from '../../../test/harness/trading.ts';
import { decodeTx } from './decodeTx.ts';
import type { ReadMessage } from './decodeTx.ts';
import { unitOf } from './fieldText.ts';

const user = new UserKey('alice', new Uint8Array(32).fill(7));
const terms = { chainId: 'tenor-1', accountNumber: 1n, sequence: 0n };

/** A value that no text has by chance, in each field; enums get their last one. */
function filled({ fields }: MessageInfo): object {
  const one = ({ kind, message, values, name }: FieldInfo): unknown => {
    if (message !== undefined) return filled(message());
    if (values !== undefined) return Math.max(...Object.values(values));
    if (kind === 'string') return { amount: '1234567', denom: 'uusd' }[name] ?? 'text';
    if (kind === 'bool') return true;
    if (kind === 'bytes') return new Uint8Array(0);
    const number = unitOf({ name }) === 'name' ? 7 : 1_234_567;
    return kind.endsWith('64') ? BigInt(number) : number;
  };
  const first = (field: FieldInfo) =>
    fields.find(({ oneof }) => oneof !== undefined && oneof === field.oneof) ?? field;
  return Object.fromEntries(
    fields.map((field) => {
      const value = field === first(field) ? one(field) : undefined;
      return [field.name, field.repeated ? [value] : value];
    }),
  );
}

const codecs = allMsgs as readonly Codec<object>[];
const read = (codec: Codec<object>, message: object): ReadMessage =>
  decodeTx(user.signTx([anyOf(codec, message)], terms))!.messages[0]!;

describe('a message of each kind', () => {
  it.each(codecs.map((codec) => [codec.typeUrl, codec] as const))(
    '%s is a sentence, with names and units for numbers',
    (_typeUrl, codec) => {
      const { asked, fields } = read(codec, filled(codec));
      const texts = [asked, ...fields.map(([name, value]) => `${name}: ${value}`)];
      expect(asked).toMatch(/^[A-Z].{8}/);
      // Neither an enum's own name nor a base unit, in no place.
      expect(
        texts.filter((each) => /undefined|NaN|[A-Z]_[A-Z]|[Uu]usd|(?<![.])1234567/.test(each)),
      ).toEqual([]);
    },
  );

  it('has a unit in each field that is a number, or is known to be none', () => {
    const counts = new Set<string>();
    const seen = new Set<MessageInfo>();
    const walk = (info: MessageInfo): void => {
      if (seen.has(info)) return;
      seen.add(info);
      for (const field of info.fields) {
        if (field.message !== undefined) walk(field.message());
        else if (/int/.test(field.kind) && unitOf(field) === 'count') counts.add(field.name);
      }
    };
    codecs.forEach(walk);
    expect([...counts].sort()).toEqual(['height', 'power', 'shares']);
  });
});

test('a transaction is read in the units of people', () => {
  const order = { series: 'BTC-27DEC26-64000-C', size: 0.5, price: 1_200, side: Side.SIDE_BUY };
  const signed = user.signTx([depositMsg(user, 500), orderMsg(user, order)], {
    ...{ ...terms, memo: 'hello', fee: [{ denom: 'uusd', amount: '5000' }] },
  });
  const { memo, isUnordered, fee, messages } = decodeTx(signed)!;
  expect([memo, isUnordered, fee]).toEqual(['hello', false, '0.005 USD']);
  expect(messages.map(({ asked }) => asked)).toEqual([
    'Deposit 500.00 USD in subaccount 0',
    'Buy 0.5 contracts of BTC-27DEC26-64000-C at 1,200.00 USD',
  ]);
  const fields = Object.fromEntries(messages[1]!.fields);
  expect(fields).toMatchObject({ side: 'buy', quantity: '0.5 contracts', price: '1,200.00 USD' });
  expect(fields).toMatchObject({ 'time in force': 'good till cancelled', sender: user.address });
  expect(fields).not.toHaveProperty('client order id');
});

test('parameters of a module are read, though they come as bytes', () => {
  const params = Params.encode({
    ...{ authority: user.address, maxTxGas: 2_000_000n, maxTxBytes: 65_536, maxMsgs: 16 },
    ...{ gasPrices: [{ denom: 'uusd', pricePpm: 50_000n }], maxMemoBytes: 256 },
    ...{ maxUnorderedTtlSeconds: 600, maxBlockGas: 0n, maxBlockBytes: 0n },
  });
  const message = { authority: user.address, module: 'runtime', params };
  const fields = Object.fromEntries(read(MsgUpdateParams as Codec<object>, message).fields);
  expect(fields).toMatchObject({ module: 'runtime', 'max tx gas': '2,000,000' });
  expect(fields).toMatchObject({ 'max unordered ttl': '10m 0s', 'gas prices · price': '5%' });
});

test('bytes that are no transaction are none', () => {
  expect(decodeTx(new Uint8Array([1, 2, 3]))).toBeNull();
  expect(decodeTx(new Uint8Array(0))).toBeNull();
});
