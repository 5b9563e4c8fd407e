import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import { MsgCancelAll } from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { UserKey } from '../../test/harness/keys.ts';
import { common, ordered, proposal, verdict } from '../../test/harness/proposals.ts';
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

/** Blocks, at each of which this machine's clock is so far ahead. */
async function blocks(count: number, aheadMs: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    chain.node.clockMs = chain.timeMs + 1_000 + aheadMs;
    await chain.block();
  }
}

test('one whose clock is always ahead proposes orders, once it has seen some blocks', async () => {
  const txs = [send(chain.user('bob'), 0n)];
  await chain.node.restart();
  expect(proposed(3_600_000, txs)).toHaveLength(0);
  await blocks(1, 3_600_000);
  expect(proposed(3_600_500, txs)).toHaveLength(1);
  await blocks(8, 3_600_000);
  // It still knows a stop when it comes, and also the next one.
  expect(proposed(3_611_000, txs)).toHaveLength(0);
  await blocks(1, 3_611_000);
  expect(proposed(3_700_000, txs)).toHaveLength(0);
  // Nothing was said at the eight blocks that were behind by no more than usual.
  const said = chain.node.log.warnings.filter((text) => text.includes('takes cancels only'));
  expect(said).toHaveLength(5);
});

test('cancels are found behind any number of others', () => {
  const junk = Array.from({ length: 16_390 }, (_, i) => Uint8Array.of(1, i >> 8, i & 255));
  const last = cancel(chain.user('alice'), 0n);
  chain.node.clockMs = chain.timeMs + 60_000;
  const { app } = chain.node;
  const request = { ...common(chain), maxTxBytes: 4_000_000n };
  const { txs } = app.prepareProposal({
    ...request,
    txs: [...junk, last],
    localLastCommit: chain.lastCommit,
  });
  expect(txs.slice(1)).toEqual([last]);
});

test('nobody rejects what another proposer puts into such a block', () => {
  const txs = [send(chain.user('alice'), 0n)];
  const block = proposal(chain, txs);
  chain.node.clockMs = chain.timeMs + 8 * 3_600_000;
  const { ACCEPT } = abci.ResponseProcessProposal_ProposalStatus;
  expect(verdict(chain, block)).toBe(ACCEPT);
});
