import { afterEach, expect, test } from '@jest/globals';
import { ics23 } from '@confio/ics23';
import {
  calculateExistenceRoot,
  iavlSpec,
  tendermintSpec,
  verifyMembership,
  verifyNonMembership,
} from '@confio/ics23';
import { fromBinary } from '../../app/lib/bytes.ts';
import { decodeAddress } from '../../app/lib/address.ts';
import { recordKey, records } from '../../app/lib/records.ts';
import { TestChain } from '../harness/chain.ts';

let chain: TestChain;

afterEach(async () => {
  await chain.close();
});

const balanceKey = (address: string, denom: string) =>
  fromBinary(recordKey(records.balances, [decodeAddress(address)!, denom]));

async function ask(key: Uint8Array, height: number) {
  const path = '/store/bank/key';
  return await chain.node.app.query({ path, data: key, height: BigInt(height), prove: true });
}

/** The root of the key's store, proved up to the app hash. */
function storeRoot(data: Uint8Array, appHash: Uint8Array): Uint8Array {
  const proof = ics23.CommitmentProof.decode(data);
  const root = proof.exist!.value!;
  const name = Buffer.from('bank');
  expect(verifyMembership(proof, tendermintSpec, appHash, name, root)).toBe(true);
  expect(Buffer.from(calculateExistenceRoot(proof.exist!))).toEqual(Buffer.from(appHash));
  return root;
}

test('balances and their absence are proved to ics23 at every retained height', async () => {
  chain = await TestChain.start();
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < 5; i++) hashes.push((await chain.block()).appHash);
  const alice = balanceKey(chain.user('alice').address, 'uusd');
  const nobody = balanceKey(chain.user('alice').address, 'unothing');
  for (const height of [2, 3, 5]) {
    const there = await ask(alice, height);
    expect(Buffer.from(there.value).toString()).toBe('1000000000000');
    const [iavl, simple] = there.proofOps!.ops;
    const root = storeRoot(simple!.data, hashes[height - 1]!);
    const exists = ics23.CommitmentProof.decode(iavl!.data);
    expect(verifyMembership(exists, iavlSpec, root, alice, there.value)).toBe(true);
    expect(verifyMembership(exists, iavlSpec, root, alice, Buffer.from('2'))).toBe(false);

    const absent = await ask(nobody, height);
    expect(absent.value).toHaveLength(0);
    const [missing, upper] = absent.proofOps!.ops;
    const proof = ics23.CommitmentProof.decode(missing!.data);
    const base = storeRoot(upper!.data, hashes[height - 1]!);
    expect(verifyNonMembership(proof, iavlSpec, base, nobody)).toBe(true);
    expect(verifyNonMembership(proof, iavlSpec, base, alice)).toBe(false);
  }
});

test('the absence of any key is proved, also of one that no collection could have', async () => {
  chain = await TestChain.start();
  const { appHash } = await chain.block();
  const alice = balanceKey(chain.user('alice').address, 'uusd');
  const keys = {
    'a first byte of no collection': Buffer.from('ff00ff00ff', 'hex'),
    'a first byte before all collections': Buffer.of(0),
    'a part of a key': alice.subarray(0, 9),
    'a key and more': Buffer.concat([alice, alice]),
    'longer than any key': Buffer.alloc(5_000, 0xff),
    'nothing at all': Buffer.alloc(0),
  };
  for (const [what, key] of Object.entries(keys)) {
    const absent = await ask(key, 1);
    expect([what, absent.code, absent.value.length]).toEqual([what, 0, 0]);
    const [missing, upper] = absent.proofOps!.ops;
    const root = storeRoot(upper!.data, appHash);
    const proof = ics23.CommitmentProof.decode(missing!.data);
    expect([what, verifyNonMembership(proof, iavlSpec, root, key)]).toEqual([what, true]);
    expect(verifyNonMembership(proof, iavlSpec, root, alice)).toBe(false);
  }
});

test('a store that does not exist is refused, and what is only derived is absent', async () => {
  chain = await TestChain.start();
  await chain.block();
  const query = async (path: string, data: Uint8Array) =>
    await chain.node.app.query({ path, data, height: 1n, prove: true });
  const refused = await query('/store/nothing/key', Buffer.of(1));
  expect(refused).toMatchObject({ code: 6, codespace: 'sdk' });
  // A symbol's series id is kept in memory only: to a verifier it is absent.
  const symbol = Buffer.concat([Buffer.of(20), Buffer.from('BTC')]);
  const derived = await query('/store/options/key', symbol);
  expect([derived.code, derived.value.length, derived.proofOps?.ops.length]).toEqual([0, 0, 2]);
});
