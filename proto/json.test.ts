import { describe, expect, test } from '@jest/globals';
import { Coin } from './gen/cosmos.base.v1beta1.ts';
import { Fee, SignerInfo } from './gen/cosmos.tx.v1beta1.ts';
import { BatchAction } from './gen/tenor.clob.v1.ts';
import { Price, QueryPricesResponse, ValidatorVotes } from './gen/tenor.oracle.v1.ts';
import { GenesisState } from './gen/tenor.staking.v1.ts';
import type { Validator } from './gen/tenor.staking.v1.ts';
import { fromJson, nameAbsent, toJson } from './json.ts';

const price = {
  underlyingId: 1,
  indexUusd: '64000000000',
  height: '5',
  timeMs: '-1',
  dispersionPpm: 0,
  status: 1,
  freshCount: 0,
  seenMs: '0',
  confidencePpm: 0,
  reportedPower: '0',
  quorumPower: '0',
};

describe('JSON to a message', () => {
  test('64-bit integers are decimal strings, exactly, and small ones may be numbers', () => {
    const most = { ...price, indexUusd: '18446744073709551615', height: 7 };
    expect(fromJson(Price, most)).toMatchObject({ indexUusd: (1n << 64n) - 1n, height: 7n });
    expect(toJson(fromJson(Price, most))).toMatchObject({ indexUusd: most.indexUusd });
  });

  test('an enum value is a name or its number', () => {
    expect(fromJson(Price, { ...price, status: 'FEED_STATUS_HALTED' }).status).toBe(3);
    expect(fromJson(Price, price).status).toBe(1);
  });

  test.each([
    ['a field too many', { ...price, extra: 1 }, 'tenor.oracle.v1.Price.extra: unknown field'],
    ['a field of the prototype', JSON.parse('{"__proto__":{}}'), '__proto__: unknown field'],
    ['a field too few', { ...price, height: undefined }, '.height: missing'],
    ['a fraction', { ...price, height: 0.5 }, '.height: an integer'],
    ['a number that may be rounded', { ...price, height: 2 ** 53 }, '.height: an integer'],
    ['a hexadecimal number', { ...price, height: '0x10' }, '.height: an integer'],
    ['an empty number', { ...price, height: '' }, '.height: an integer'],
    ['an unsigned number below 0', { ...price, indexUusd: '-1' }, '.indexUusd: -1 is outside'],
    ['a 64-bit number of 65 bits', { ...price, height: `${1n << 63n}` }, '.height: 9223372036854'],
    ['a 32-bit number of 33 bits', { ...price, freshCount: 2 ** 32 }, '.freshCount: 4294967296'],
    ['text for a number', { ...price, freshCount: '1' }, '.freshCount: an integer'],
    ['an enum name that is none', { ...price, status: 'constructor' }, '.status: one of'],
    ['an enum number that is none', { ...price, status: 9 }, '.status: one of'],
    ['nothing', null, 'Price: an object is needed'],
    ['a list', [price], 'Price: an object is needed'],
  ])('%s is refused, with its path', (_, json, message) => {
    expect(() => fromJson(Price, json)).toThrow(message);
  });

  test('what is wrong deep inside is named by its path', () => {
    const coin = { denom: 'uusd', amount: 5 };
    const fee = {
      amount: [{ denom: 'uusd', amount: '5' }, coin],
      gasLimit: '0',
      payer: '',
      granter: '',
    };
    expect(() => fromJson(Fee, fee)).toThrow('cosmos.tx.v1beta1.Fee.amount[1].amount: a string');
    expect(() => fromJson(Fee, { ...fee, amount: {} })).toThrow('.amount: a list is needed');
    const validator = { consensusAddress: 'not base64!' };
    const genesis = { params: undefined, validators: [validator] };
    expect(() => fromJson(GenesisState, genesis)).toThrow(
      'tenor.staking.v1.GenesisState.validators[0].consensusAddress: base64 is needed',
    );
  });

  test('text that cannot be encoded is refused here, not when it is stored', () => {
    expect(() => fromJson(Coin, { denom: '\ud800', amount: '1' })).toThrow('Coin.denom');
  });

  test('what may be missing may be missing', () => {
    expect(fromJson(SignerInfo, { sequence: '3' })).toEqual({ sequence: 3n });
  });
});

test('a message as JSON has bytes in base64 and leaves out what is undefined', () => {
  const validator: Validator = {
    consensusAddress: Uint8Array.of(1, 2, 255),
    consensusPubkey: new Uint8Array(0),
    power: 1n << 60n,
    moniker: 'é',
    operator: '',
  };
  expect(toJson({ ...validator, extra: undefined })).toEqual({
    consensusAddress: 'AQL/',
    consensusPubkey: '',
    power: '1152921504606846976',
    moniker: 'é',
    operator: '',
  });
});

test('what is absent is null where that is asked for, a member of a oneof excepted', () => {
  const votes = ValidatorVotes.decode(new Uint8Array(0));
  expect(toJson(votes)).not.toHaveProperty('lastReportedHeight');
  expect(toJson(nameAbsent(ValidatorVotes, votes), null)).toMatchObject({
    lastReportedHeight: null,
    outliers: '0',
    last: [],
  });
  const answer = { prices: [{ underlying: 'BTC' }], stablecoins: [], coins: [], timeMs: 1n };
  expect(toJson(nameAbsent(QueryPricesResponse, answer), null)).toMatchObject({
    prices: [{ underlying: 'BTC', price: null }],
  });
  const action = { cancel: { sender: '', subaccount: 0, orderId: 7n, clientOrderId: '' } };
  expect(Object.keys(nameAbsent(BatchAction, action))).toEqual(['cancel']);
});
