import { describe, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { ProtoWriter } from '../../proto/writer.ts';
import { writeFinalizeBlock, writeTxResult } from './answers.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', 'é€😀', '\ud800', 'x'.repeat(127), 'x'.repeat(128), 'é'.repeat(64)),
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 40 }),
);
/** cosmjs-types 0.11 writes these wrong: it compares their low half as a signed number. */
const isWrongInPeer = (value: bigint) => value >= 1n << 31n && value < 1n << 32n;
const gas = fc
  .oneof(
    fc.constantFrom(0n, 1n, 127n, 128n, (1n << 31n) - 1n, 1n << 32n, (1n << 32n) + 127n),
    fc.constantFrom(-1n, (1n << 63n) - 1n, -(1n << 63n), -(1n << 32n)),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  )
  .filter((value) => !isWrongInPeer(value));
const code = fc.oneof(fc.constantFrom(0, 1, 127, 128, 2 ** 32 - 1), fc.nat());
const data = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 70_000).map((length) => new Uint8Array(length)),
);
const event = fc.record({
  type: text,
  attributes: fc.array(fc.record({ key: text, value: text, index: fc.boolean() }), {
    maxLength: 6,
  }),
});
const result = fc.record({
  ...{ code, data, log: text, info: text, gasWanted: gas, gasUsed: gas, codespace: text },
  events: fc.array(event, { maxLength: 4 }),
});
const update = fc.record({
  pubKey: fc.record({ ed25519: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
  power: gas,
});
const response = fc.record(
  {
    events: fc.array(event, { maxLength: 4 }),
    txResults: fc.array(result, { maxLength: 5 }),
    validatorUpdates: fc.array(update, { maxLength: 3 }),
    appHash: data,
    consensusParamUpdates: fc.constantFrom({ version: { app: 3n } }, {}),
  },
  { requiredKeys: ['events', 'txResults', 'validatorUpdates', 'appHash'] },
) as fc.Arbitrary<abci.ResponseFinalizeBlock>;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const written = <T>(write: (value: T, writer: ProtoWriter) => void, value: T) => {
  const writer = new ProtoWriter();
  write(value, writer);
  return hex(writer.finish());
};

describe('answers have the bytes that cosmjs-types writes', () => {
  test('of CheckTx and of a result in a block', () => {
    fc.assert(
      fc.property(result, (value) => {
        const expected = hex(abci.ExecTxResult.encode(value).finish());
        expect(written(writeTxResult, value)).toBe(expected);
        expect(hex(abci.ResponseCheckTx.encode(value).finish())).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('of FinalizeBlock', () => {
    fc.assert(
      fc.property(response, (value) => {
        expect(written(writeFinalizeBlock, value)).toBe(
          hex(abci.ResponseFinalizeBlock.encode(value).finish()),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('and numbers from 2^31 to 2^32, which it reads right', () => {
    const empty = { code: 0, data: new Uint8Array(0), log: '', info: '', codespace: '' };
    for (const gasUsed of [1n << 31n, 3_000_000_000n, (1n << 32n) - 1n]) {
      const writer = new ProtoWriter();
      writeTxResult({ ...empty, gasWanted: 0n, gasUsed, events: [] }, writer);
      expect(abci.ExecTxResult.decode(writer.finish()).gasUsed).toBe(gasUsed);
    }
  });
});
