import { expect, test } from '@jest/globals';
import { iavlSpec, ics23, verifyMembership } from '@confio/ics23';
import fc from 'fast-check';
import { fromBinary } from '../app/lib/bytes.ts';
import { IavlTree } from '../app/store/iavl/iavlTree.ts';
import { multistoreRoot, proofOps } from '../app/store/multistore/multistore.ts';
import { CommitmentProof } from '../proto/gen/cosmos.ics23.v1.ts';
import { LightError } from './errors.ts';
import { verifyClaim } from './ics23.ts';

const STORES = ['accounts', 'bank', 'clob'];

/** A state of three stores, of which `bank` has these entries. */
function stateOf(entries: ReadonlyMap<string, Uint8Array>) {
  const tree = IavlTree.empty();
  for (const [key, value] of entries) tree.set(key, value);
  tree.commit(1);
  const root = tree.root();
  const stores = STORES.map((name) => ({
    name,
    root: name === 'bank' ? root : Buffer.alloc(32, 7),
  }));
  const appHash = multistoreRoot(stores);
  const claimOf = (key: string, proof: Uint8Array) => ({
    value: entries.get(key) ?? new Uint8Array(0),
    ops: proofOps(stores, 'bank', key, proof),
  });
  const prove = (key: string) =>
    claimOf(
      key,
      tree.prove(key, (k) => entries.get(k)!, 1),
    );
  return { root, appHash, prove, claimOf };
}

const keys = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)),
  minLength: 1,
  maxLength: 40,
});
const values = fc.uint8Array({ minLength: 1, maxLength: 80 });

test('what is in a store is proved, and what is not', () => {
  fc.assert(
    fc.property(fc.dictionary(keys, values, { minKeys: 1, maxKeys: 40 }), keys, (held, other) => {
      const entries = new Map(Object.entries(held));
      const { appHash, prove } = stateOf(entries);
      for (const key of [...entries.keys(), other]) {
        const value = verifyClaim(prove(key), 'bank', fromBinary(key), appHash);
        expect(value === null ? null : Buffer.from(value)).toEqual(
          entries.has(key) ? Buffer.from(entries.get(key)!) : null,
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('a key inside another key is not passed off as a key, though the library would', () => {
  // A leaf's hash covers key length, key, value length and value: `inner` with its own length
  // before it, at the end of a key, reads as a key if the leaf's prefix may be any bytes.
  const inner = 'victim';
  const outer = `x${String.fromCharCode(inner.length)}${inner}`;
  const value = Buffer.from('1000000');
  const { root, appHash, prove, claimOf } = stateOf(new Map([[outer, value]]));
  const { exist } = CommitmentProof.decode(prove(outer).ops[0]!.data);
  const leaf = exist!.leaf!;
  const prefix = Buffer.concat([leaf.prefix, Buffer.from([outer.length, outer.charCodeAt(0)])]);
  const forged = CommitmentProof.encode({
    exist: { ...exist!, key: Buffer.from(inner), leaf: { ...leaf, prefix } },
  });
  const decoded = ics23.CommitmentProof.decode(forged);
  expect(verifyMembership(decoded, iavlSpec, root, Buffer.from(inner), value)).toBe(true);
  const claim = { ...claimOf(inner, forged), value };
  expect(() => verifyClaim(claim, 'bank', Buffer.from(inner), appHash)).toThrow(
    new LightError('lie', 'the proof of the key: not a leaf of its tree'),
  );
});

test('a proof with unknown fields, twice the same, two kinds or nothing in it is no proof', () => {
  const { appHash, prove } = stateOf(new Map([['a', Buffer.from('1')]]));
  const { value, ops } = prove('a');
  const key = Buffer.from('a');
  const [lower, upper] = ops as [(typeof ops)[0], (typeof ops)[0]];
  const tried = (data: Uint8Array) => () =>
    verifyClaim({ value, ops: [{ ...lower, data }, upper] }, 'bank', key, appHash);
  expect(tried(lower.data)).not.toThrow();
  expect(tried(Buffer.concat([lower.data, Buffer.of(0x78, 1)]))).toThrow(LightError);
  expect(tried(Buffer.concat([lower.data, lower.data]))).toThrow(LightError);
  expect(tried(new Uint8Array(0))).toThrow(LightError);
  // The library would read the last of the two, other readers the first.
  const absent = prove('b').ops[0]!.data;
  for (const both of [Buffer.concat([lower.data, absent]), Buffer.concat([absent, lower.data])]) {
    expect(ics23.CommitmentProof.decode(both).exist).toBeDefined();
    expect(tried(both)).toThrow(new LightError('lie', 'the proof of the key: not an ICS-23 proof'));
  }
  expect(() => verifyClaim({ value, ops: [] }, 'bank', key, appHash)).toThrow(LightError);
  expect(() => verifyClaim({ value, ops: [upper, lower] }, 'bank', key, appHash)).toThrow(
    LightError,
  );
});
