import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import { MsgCancelAll } from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { commitOf } from '../../test/harness/engineValues.ts';
import { sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { TxOptions, UserKey } from '../../test/harness/keys.ts';
import { common, ordered, proposal, verdict } from '../../test/harness/proposals.ts';

const Status = abci.ResponseProcessProposal_ProposalStatus;
const GAS = 100_000n;
/** With room for eight transactions of a hundred thousand gas. */
const LIMITS = { maxTxGas: '800000', maxBlockGas: '1066667' };

let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.start({
    alone: true,
    genesis: (state) => {
      const { params } = state['runtime'] as { params: Record<string, unknown> };
      Object.assign(params, LIMITS);
    },
  });
  await chain.block();
});
afterEach(() => chain.close());

const user = (name: string) => chain.user(name);
const send = (from: UserKey, sequence: bigint, options: Partial<TxOptions> = {}) => {
  const fee = [{ denom: 'utenor', amount: '1000' }];
  const msgs = [sendMsg(from, user('carol'))];
  return chain.sign(from, msgs, { sequence, gasLimit: GAS, fee, ...options });
};
const cancel = (from: UserKey, options: Partial<TxOptions> = {}) => {
  const filter = { series: '', underlying: '', expirySeconds: 0n };
  const msg = anyOf(MsgCancelAll, { sender: from.address, subaccount: 0, ...filter });
  return chain.sign(from, [msg], { sequence: 0n, ...options });
};
const stream = (from: UserKey, count: number) =>
  Array.from({ length: count }, (_, i) => send(from, BigInt(i)));

const proposed = (txs: Uint8Array[], maxTxBytes?: bigint) => proposal(chain, txs, maxTxBytes);
const judged = (txs: Uint8Array[]) => verdict(chain, txs);
const inOrder = (txs: Uint8Array[]) => ordered(chain, txs);

describe('a proposal', () => {
  test('holds what has room by gas, in order, and is accepted', () => {
    const txs = stream(user('alice'), 12);
    const block = proposed(txs);
    expect(block.slice(1)).toEqual(txs.slice(0, 8));
    expect(judged(block)).toBe(Status.ACCEPT);
  });

  test('holds what has room by bytes', () => {
    const txs = stream(user('alice'), 4);
    const votes = proposed([]).reduce((sum, tx) => sum + tx.length + 3, 0);
    const room = votes + txs[0]!.length + txs[1]!.length + 6;
    expect(proposed(txs, BigInt(room)).slice(1)).toEqual(txs.slice(0, 2));
  });

  test('with more gas than a block has is rejected by the others', () => {
    const txs = stream(user('alice'), 9);
    const [votes] = proposed(txs);
    expect(judged([votes!, ...txs.slice(0, 8)])).toBe(Status.ACCEPT);
    expect(judged([votes!, ...txs])).toBe(Status.REJECT);
  });

  test('what cannot be read counts by its bytes', () => {
    const [votes] = proposed([]);
    const noise = Array.from({ length: 900 }, (_, i) => Uint8Array.of(9, i >> 8, i & 255));
    expect(judged([votes!, ...inOrder(noise.slice(0, 700))])).toBe(Status.ACCEPT);
    expect(judged([votes!, ...inOrder(noise)])).toBe(Status.REJECT);
  });

  test('leaves out what follows a transaction that has no room, and goes on with others', () => {
    const small = { gasLimit: 20_000n };
    const big = send(user('bob'), 0n, { gasLimit: 700_000n });
    const after = send(user('bob'), 1n, small);
    const [first, second, third] = stream(user('alice'), 3);
    const free = send(user('bob'), 0n, { ...small, unorderedUntilMs: chain.timeMs + 60_000 });
    const txs = [first!, second!, big, after, third!, free];
    expect(proposed(txs).slice(1)).toEqual(inOrder([first!, second!, third!, free]));
  });

  test('has room for cancels when others have filled it', () => {
    const orders = stream(user('alice'), 20);
    const late = cancel(user('bob'));
    expect(proposed([...orders, late]).slice(1)).toEqual([late, ...orders.slice(0, 7)]);
  });

  test('keeps no room for cancels that want too much', () => {
    const orders = stream(user('alice'), 20);
    const greedy = cancel(user('bob'), { gasLimit: 150_000n });
    expect(proposed([...orders, greedy]).slice(1)).toEqual(orders.slice(0, 8));
  });
});

describe('a decided block', () => {
  test('that no honest node would have let pass executes what has room', async () => {
    const { node } = chain;
    const txs = [...stream(user('alice'), 9), cancel(user('bob'))];
    const answer = node.app.finalizeBlock({
      ...common(chain),
      txs,
      decidedLastCommit: commitOf(chain.lastCommit),
      hash: new Uint8Array(32),
    });
    await node.app.commit();
    const codes = answer.txResults.map(({ codespace, code }) => `${codespace}/${code}`);
    expect(codes.slice(0, 8)).toEqual(Array(8).fill('/0'));
    expect(codes.slice(8)).toEqual(['runtime/10', 'runtime/10']);
    expect(answer.txResults[8]!.gasUsed).toBe(0n);
  });
});
