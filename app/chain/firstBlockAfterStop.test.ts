import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import { MsgCancelAll } from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { UserKey } from '../../test/harness/keys.ts';
import { ordered, proposal, verdict } from '../../test/harness/proposals.ts';
import { FEE } from '../../test/harness/trading.ts';

let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.start({ alone: true });
  await chain.block();
});
afterEach(() => chain.close());

const send = (from: UserKey, sequence: bigint) =>
  chain.sign(from, [sendMsg(from, chain.user('carol'))], { ...FEE, sequence });
const cancel = (from: UserKey, sequence: bigint) => {
  const filter = { series: '', underlying: '', expirySeconds: 0n };
  const msg = anyOf(MsgCancelAll, { sender: from.address, subaccount: 0, ...filter });
  return chain.sign(from, [msg], { sequence });
};

/** Of a machine whose clock is so far ahead of the block that it proposes. */
function proposed(aheadMs: number, txs: Uint8Array[]): Uint8Array[] {
  chain.node.clockMs = chain.timeMs + 1_000 + aheadMs;
  return proposal(chain, txs).slice(1);
}

test('a proposer puts cancels alone into a block that its clock has left behind', () => {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  // What bob cancels after something else has the sequence after it, and waits with it.
  const txs = [cancel(alice, 0n), send(alice, 1n), send(bob, 0n), cancel(bob, 1n)];
  const all = ordered(chain, txs);
  expect(proposed(10_000, txs)).toEqual(all);
  expect(proposed(10_001, txs)).toEqual([txs[0]]);
  expect(proposed(8 * 3_600_000, [send(bob, 0n)])).toEqual([]);
  // A clock that is behind, or was never set, proposes as ever.
  expect(proposed(-60_000, txs)).toEqual(all);
});

test('nobody rejects what another proposer puts into such a block', () => {
  const txs = [send(chain.user('alice'), 0n)];
  const block = proposal(chain, txs);
  chain.node.clockMs = chain.timeMs + 8 * 3_600_000;
  const { ACCEPT } = abci.ResponseProcessProposal_ProposalStatus;
  expect(verdict(chain, block)).toBe(ACCEPT);
});
