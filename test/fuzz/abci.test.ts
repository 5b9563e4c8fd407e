import {
  CheckTxType,
  ResponseProcessProposal_ProposalStatus as Status,
} from 'cosmjs-types/tendermint/abci/types';
import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MsgUpdateParams } from '../../proto/gen/tenor.runtime.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { defaultOracleParams } from '../../app/modules/oracle/index.ts';
import { encodeInjection } from '../../app/modules/oracle/votes/inject.ts';
import { createRegistry } from '../../app/modules/index.ts';
import { TestChain } from '../harness/chain.ts';
import { commitOf, timestamp } from '../harness/engineValues.ts';
import { anyOf } from '../harness/keys.ts';

/** A longer run: TENOR_FUZZ_RUNS=20000. */
const RUNS = Number(process.env['TENOR_FUZZ_RUNS'] ?? 100);

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 3; i++) await chain.block();
});

afterAll(async () => {
  // Nothing that was asked in between shows in the next block, in which all nodes agree.
  await chain.block();
  await chain.close();
});

function judge(txs: readonly Uint8Array[], commit: ExtendedCommitInfo = chain.lastCommit): Status {
  return chain.node.app.processProposal({
    txs: [...txs],
    proposedLastCommit: commitOf(commit),
    misbehavior: [],
    hash: new Uint8Array(32),
    height: BigInt(chain.height + 1),
    time: timestamp(chain.timeMs + 1_000),
    nextValidatorsHash: new Uint8Array(32),
    proposerAddress: chain.validators[0]!.address,
  }).status;
}

/** One to four bytes set, cut off or put in. */
const mutations = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'put')), {
  minLength: 1,
  maxLength: 4,
});

function mutate(bytes: Uint8Array, changes: readonly (readonly [number, number, string])[]) {
  const copy = [...bytes];
  for (const [at, to, kind] of changes) {
    const place = at % (copy.length + 1);
    copy.splice(place, kind === 'put' ? 0 : 1, ...(kind === 'cut' ? [] : [to]));
  }
  return Uint8Array.from(copy);
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

test('a proposal with any change to its injected votes is rejected', () => {
  const good = encodeInjection(chain.lastCommit);
  expect(judge([good])).toBe(Status.ACCEPT);
  fc.assert(
    fc.property(mutations, (changes) => {
      const bytes = mutate(good, changes);
      if (!isSame(bytes, good)) expect(judge([bytes])).toBe(Status.REJECT);
    }),
    { numRuns: RUNS },
  );
});

test('a proposal without votes, with them twice or not first, or a look-alike is rejected', () => {
  const good = encodeInjection(chain.lastCommit);
  const tx = chain.sign(chain.user('alice'), []);
  const lookAlike = Uint8Array.of(0, 1);
  const none: ExtendedCommitInfo = { round: 0, votes: [] };
  expect(judge([good, tx])).toBe(Status.ACCEPT);
  for (const txs of [[], [tx], [tx, good], [good, good], [good, tx, good], [good, lookAlike]]) {
    expect(judge(txs)).toBe(Status.REJECT);
  }
  expect(judge([lookAlike])).toBe(Status.REJECT);
  expect(judge([new Uint8Array(0)])).toBe(Status.REJECT);
  // Without a commit before it there is nothing to inject.
  expect(judge([], none)).toBe(Status.ACCEPT);
  expect(judge([good], none)).toBe(Status.REJECT);
});

test('a proposer puts its votes first and takes no look-alike from the mempool', () => {
  const good = encodeInjection(chain.lastCommit);
  const big = new Uint8Array(1_000).fill(1);
  const prepare = (maxTxBytes: bigint) =>
    chain.node.app.prepareProposal({
      maxTxBytes,
      txs: [Uint8Array.of(0, 1), big, big],
      localLastCommit: chain.lastCommit,
      misbehavior: [],
      height: BigInt(chain.height + 1),
      time: timestamp(chain.timeMs + 1_000),
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: chain.validators[0]!.address,
    }).txs;
  expect(prepare(1_000_000n)).toEqual([good, big, big]);
  const framed = (bytes: Uint8Array) => bytes.length + 3;
  const exactly = BigInt(framed(good) + 2 * framed(big));
  expect(prepare(exactly)).toHaveLength(3);
  expect(prepare(exactly - 1n)).toHaveLength(2);
});

test('any vote extension gets a verdict, the same on every node', () => {
  const honest = chain.lastCommit.votes[0]!.voteExtension;
  const extensions = fc.oneof(
    fc.uint8Array({ maxLength: 700 }),
    mutations.map((changes) => mutate(honest, changes)),
  );
  fc.assert(
    fc.property(extensions, (voteExtension) => {
      const request = {
        hash: new Uint8Array(32),
        validatorAddress: chain.validators[0]!.address,
        height: BigInt(chain.height + 1),
        voteExtension,
      };
      const [first, ...others] = chain.nodes.map((n) => n.app.verifyVoteExtension(request).status);
      for (const other of others) expect(other).toBe(first);
      if (voteExtension.length > 512) expect(first).toBe(2);
    }),
    { numRuns: RUNS },
  );
});

test('any bytes in CheckTx get a code', () => {
  const good = chain.sign(chain.user('alice'), []);
  const txs = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    mutations.map((changes) => mutate(good, changes)),
  );
  fc.assert(
    fc.property(txs, fc.constantFrom(CheckTxType.NEW, CheckTxType.RECHECK), (tx, type) => {
      expect(chain.node.app.checkTx({ tx, type }).code).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
});

test('any query gets an answer with a height, and logs no fault', async () => {
  const registry = createRegistry();
  const paths = [
    ...registry.queries.keys(),
    ...registry.modules.map((m) => `/store/${m.name}/key`),
    '/cosmos.tx.v1beta1.Service/Simulate',
  ];
  const keys = fc.uint8Array({ maxLength: 40 });
  const prefixed = fc.tuple(fc.nat(255), keys).map(([p, rest]) => Uint8Array.of(p, ...rest));
  const heights = fc.oneof(fc.constantFrom(0n, -1n, 1n, (1n << 63n) - 1n), fc.constant(3n));
  const inputs = fc.tuple(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, fc.string()),
    fc.oneof(keys, prefixed),
    heights,
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(inputs, async ([path, data, height, prove]) => {
      const answer = await chain.node.app.query({ path, data, height, prove });
      expect(answer.height).toBeGreaterThan(0n);
      expect(chain.node.log.errors).toEqual([]);
    }),
    { numRuns: 4 * RUNS },
  );
});

test('one validator that says anything at all, late and unverified, stops nothing', async () => {
  const honest = chain.lastCommit.votes[0]!.voteExtension;
  const [drawn] = fc.sample(fc.array(mutations, { minLength: 4, maxLength: 4 }), 1);
  const extensions = [
    ...drawn!.map((changes) => mutate(honest, changes)),
    Uint8Array.of(255),
    Buffer.alloc(600, 1),
    Buffer.alloc(5_000, 1),
    Buffer.alloc(100_000, 1),
  ];
  for (const extension of extensions) await chain.block({ late: new Map([[2, extension]]) });
  await chain.block();
  const { prices } = chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  );
  expect(prices[0]!.price).toMatchObject({
    indexUusd: 64_000_000_000n,
    height: BigInt(chain.height),
  });
});

test('junk in a block gets codes, on every node the same', async () => {
  const junk = fc.sample(fc.uint8Array({ maxLength: 100 }), 20).filter((tx) => tx[0] !== 0);
  const { txResults } = await chain.block({ txs: junk });
  expect(txResults).toHaveLength(junk.length + 1);
  for (const { code } of txResults.slice(1)) expect(code).toBeGreaterThan(0);
});

test('a lower limit on extensions holds from the next vote on and stops nothing', async () => {
  const update = (maxExtensionBytes: number) =>
    chain.sign(
      chain.authority,
      [
        anyOf(MsgUpdateParams, {
          authority: chain.authority.address,
          module: 'oracle',
          params: oracle.Params.encode({ ...defaultOracleParams, maxExtensionBytes }),
        }),
      ],
      { gasLimit: 200_000n, fee: [{ denom: 'utenor', amount: '200' }] },
    );
  const { txResults } = await chain.block({ txs: [update(143)] });
  expect(txResults[1]).toMatchObject({ code: 0 });
  // The votes of that block were judged by the limit before it: carried, and of no effect.
  await chain.block();
  expect(chain.lastCommit.votes.every((v) => v.voteExtension.length <= 143)).toBe(true);
  await chain.block({ txs: [update(512)] });
  await chain.block();
  await chain.block();
  expect(chain.lastCommit.votes.every((v) => v.voteExtension.length > 143)).toBe(true);
});
