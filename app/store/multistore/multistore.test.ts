import { readFileSync } from 'node:fs';
import { ics23, tendermintSpec, verifyMembership } from '@confio/ics23';
import { describe, expect, it } from '@jest/globals';
import { multistoreProof, multistoreRoot, proofOps } from './multistore.ts';

const { multistore } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/iavl/vectors.json', import.meta.url), 'utf8'),
) as {
  multistore: { roots: Record<string, string>; root: string; proofs: Record<string, string> }[];
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const storesOf = (roots: Record<string, string>) =>
  Object.entries(roots).map(([name, root]) => ({ name, root: Buffer.from(root, 'hex') }));

describe('the root over the stores', () => {
  it.each(multistore)('is that of the Go implementation', ({ roots, root, proofs }) => {
    const stores = storesOf(roots).reverse();
    expect(hex(multistoreRoot(stores))).toBe(root);
    for (const [name, proof] of Object.entries(proofs)) {
      expect(hex(multistoreProof(stores, name))).toBe(proof);
    }
  });

  it('is proved down to a store, and to no other root', () => {
    const stores = storesOf(multistore.at(-1)!.roots);
    const root = multistoreRoot(stores);
    for (const { name, root: storeRoot } of stores) {
      const proof = ics23.CommitmentProof.decode(multistoreProof(stores, name));
      const verify = (value: Uint8Array) =>
        verifyMembership(proof, tendermintSpec, root, Buffer.from(name), value);
      expect(verify(storeRoot)).toBe(true);
      expect(verify(new Uint8Array(32))).toBe(false);
    }
  });

  it('of no stores is SHA-256 of nothing', () => {
    expect(hex(multistoreRoot([]))).toMatch(/^e3b0c442/);
  });

  it('refuses a name twice, an empty name, and the proof of a store that is not there', () => {
    const store = { name: 'bank', root: new Uint8Array(32) };
    expect(() => multistoreRoot([store, store])).toThrow('two stores');
    expect(() => multistoreRoot([{ ...store, name: '' }])).toThrow('name');
    expect(() => multistoreProof([store], 'clob')).toThrow('no store clob');
  });
});

describe('proof operations', () => {
  it('come lowest tree first, under the names Cosmos clients know', () => {
    const store = { name: 'bank', root: new Uint8Array(32) };
    const [iavl, simple] = proofOps([store], 'bank', '\x02\xff', Uint8Array.of(7));
    expect(iavl).toEqual({
      type: 'ics23:iavl',
      key: Buffer.from([2, 255]),
      data: Uint8Array.of(7),
    });
    expect(simple).toMatchObject({ type: 'ics23:simple', key: Buffer.from('bank') });
    expect(simple!.data).toEqual(multistoreProof([store], 'bank'));
  });
});
