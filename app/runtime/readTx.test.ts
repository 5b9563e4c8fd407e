import { beforeEach, describe, expect, test } from '@jest/globals';
import { Execution, sendMsg } from '../../test/harness/execution.ts';
import { runtimeParams } from './runtimeParams.ts';
import { isReadable, readTx, TxReader } from './readTx.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { UserKey } from '../../test/harness/keys.ts';
import { readSignerKey } from './signerKey.ts';
import { SignatureChecker } from './signature.ts';
import type { Tx } from './tx.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const send = (units: bigint) => chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob, units)]);
const paramsNow = () => runtimeParams.get(chain.view);

describe('a reader', () => {
  test('decodes a transaction once, until a block takes it', () => {
    const reader = new TxReader(chain.router);
    const bytes = send(1n);
    const first = reader.read(bytes, paramsNow());
    expect(reader.read(Uint8Array.from(bytes), paramsNow())).toBe(first);
    expect(reader.take(bytes, paramsNow())).toBe(first);
    expect(reader.size).toBe(0);
    expect(reader.take(bytes, paramsNow())).toEqual(first);
  });

  test('keeps no part of what it was given', () => {
    const reader = new TxReader(chain.router);
    const proposal = Uint8Array.from([...send(1n), 0, 0, 0]);
    const read = reader.read(proposal.subarray(0, -3), paramsNow());
    proposal.fill(0xff);
    expect(read).toEqual(readTx(send(1n), chain.router, paramsNow()));
  });

  test('reads again under other parameters', () => {
    const reader = new TxReader(chain.router);
    const bytes = send(1n);
    expect(isReadable(reader.read(bytes, paramsNow()))).toBe(true);
    chain.params({ maxTxGas: 100_000n });
    expect(reader.read(bytes, paramsNow()).content).toMatchObject({ codespace: 'sdk', code: 11 });
  });

  test('keeps nothing that cannot be read', () => {
    const reader = new TxReader(chain.router);
    expect(isReadable(reader.read(Uint8Array.of(1, 2, 3), paramsNow()))).toBe(false);
    expect(reader.size).toBe(0);
  });

  test('is bounded in number and in bytes: the oldest goes', () => {
    const txs = [1n, 2n, 3n].map(send);
    const few = new TxReader(chain.router, { maxTxs: 2, maxBytes: 1e6 });
    const small = new TxReader(chain.router, { maxTxs: 9, maxBytes: txs[0]!.length * 2 });
    for (const reader of [few, small]) {
      const reads = txs.map((tx) => reader.read(tx, paramsNow()));
      expect(reader.size).toBe(2);
      expect(reader.take(txs[2]!, paramsNow())).toBe(reads[2]);
      expect(reader.take(txs[0]!, paramsNow())).not.toBe(reads[0]);
    }
  });
});

describe('a signature that was found valid', () => {
  test('is not taken for valid with another key, account number or chain', () => {
    const checker = new SignatureChecker();
    const tx = readTx(send(1n), chain.router, paramsNow()).content as Tx;
    const { chainId } = chain.header;
    const keyOf = ({ pubkey }: UserKey) => readSignerKey(anyOf(PubKey, { key: pubkey }));
    const key = keyOf(chain.alice);
    const rights = () => checker.check(tx, 0, key, chainId, 0n);
    expect([rights(), rights()]).toEqual([true, true]);
    expect(checker.check(tx, 0, keyOf(chain.bob), chainId, 0n)).toBe(false);
    expect(checker.check(tx, 0, key, chainId, 1n)).toBe(false);
    expect(checker.check(tx, 0, key, 'other-1', 0n)).toBe(false);
    expect(rights()).toBe(true);
  });
});
