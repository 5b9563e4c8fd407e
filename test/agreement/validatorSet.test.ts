import * as abci from 'cosmjs-types/tendermint/abci/types';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { MsgSetPower } from '../../proto/gen/tenor.staking.v1.ts';
import { encodeInjection } from '../../app/modules/oracle/votes/inject.ts';
import { consensusAddress } from '../../app/modules/staking/index.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf, ValidatorKey } from '../harness/keys.ts';
import { proposal, verdict } from '../harness/proposals.ts';
import { FEE } from '../harness/trading.ts';

const { ResponseProcessProposal_ProposalStatus: Status } = abci;

let chain: TestChain;

afterEach(async () => {
  await chain.close();
});

const joiner = new ValidatorKey('joiner');

/** Changes of power in one transaction, which the engine applies two heights on. */
const setPowers = (...changes: readonly (readonly [ValidatorKey, bigint])[]): Uint8Array =>
  chain.sign(
    chain.authority,
    changes.map(([key, power]) =>
      anyOf(MsgSetPower, {
        ...{ authority: chain.authority.address, consensusPubkey: key.pubkey, power },
        ...{ moniker: '', operator: '' },
      }),
    ),
    FEE,
  );

/** Which validators a block changed, and to what, as the engine is told. */
const updatesOf = (block: Awaited<ReturnType<TestChain['block']>>) =>
  block.validatorUpdates.map(({ pubKey, power }) => {
    const of = [...chain.validators.map(({ key }) => key), joiner];
    const at = of.findIndex((key) => Buffer.compare(key.pubkey, pubKey.ed25519!) === 0);
    return [at, power];
  });

const join = (key: ValidatorKey, power: bigint) =>
  chain.validators.push({ key, address: consensusAddress(key.pubkey), power });

const votes = () =>
  chain.query(
    '/tenor.oracle.v1.Query/Votes',
    oracle.QueryVotesRequest,
    oracle.QueryVotesResponse,
    {},
  ).votes;

describe('a set that changes', () => {
  test('judges each commit by the powers of its own height', async () => {
    chain = await TestChain.start();
    await chain.block();
    const [first, second] = chain.validators;
    const changed = await chain.block({
      txs: [setPowers([first!.key, 250n], [second!.key, 0n], [joiner, 70n])],
    });
    expect(updatesOf(changed)).toEqual(
      expect.arrayContaining([
        [0, 250n],
        [1, 0n],
        [4, 70n],
      ]),
    );
    // H + 1 is still signed by the old set.
    await chain.block();
    first!.power = 250n;
    second!.power = 0n;
    join(joiner, 70n);
    for (let i = 0; i < 3; i++) await chain.block();
    const powers = votes().map(({ power }) => power);
    // Who left is there, without power, as long as a window knows it.
    expect([...powers].sort((a, b) => Number(a - b))).toEqual([0n, 70n, 100n, 100n, 250n]);
  });

  test.each([
    ['a height too early', 0],
    ['a height too late', 2],
  ])('refuses the new powers %s', async (_, blocks) => {
    chain = await TestChain.start();
    await chain.block();
    const [first] = chain.validators;
    await chain.block({ txs: [setPowers([first!.key, 250n])] });
    for (let i = 0; i < blocks; i++) await chain.block();
    if (blocks === 0) first!.power = 250n;
    await expect(async () => {
      // The commit with the wrong powers is made in one block, and judged in the next.
      await chain.block();
      await chain.block();
    }).rejects.toThrow('the proposal was rejected');
  });

  test('takes a penalty and a change in one block as one change, on every node', async () => {
    chain = await TestChain.start({
      genesis: (state) => {
        const { params } = state['oracle'] as { params: { accountability: object } };
        Object.assign(params.accountability, {
          ...{ windowSeconds: '60', windowsKept: 1, penaltyPpm: 100_000 },
        });
      },
    });
    await chain.block();
    const away = new Set([3]);
    for (let i = 0; i < 4; i++) await chain.block({ absent: away, afterMs: 12_000 });
    // The window of these blocks ends with the next one, which also changes what was penalised.
    const tx = setPowers([chain.validators[3]!.key, 50n], [chain.validators[2]!.key, 0n]);
    const both = await chain.block({ absent: away, afterMs: 60_000, txs: [tx] });
    expect(updatesOf(both)).toHaveLength(2);
    expect(updatesOf(both)).toEqual(
      expect.arrayContaining([
        [3, 50n],
        [2, 0n],
      ]),
    );
    await chain.block({ absent: away });
    chain.validators[3]!.power = 50n;
    chain.validators[2]!.power = 0n;
    for (let i = 0; i < 3; i++) await chain.block();
    // A window of a few seconds is not judged; the next ends with a finding, too: a tenth of 50.
    const again = { absent: new Set([2]), afterMs: 12_000 };
    for (let i = 0; i < 5; i++) expect(updatesOf(await chain.block(again))).toEqual([]);
    const alone = await chain.block(again);
    expect(updatesOf(alone)).toEqual([[3, 45n]]);
  });
});

describe('from the height on at which extensions are enabled', () => {
  test('the first block has no votes, and every later one must have them', async () => {
    chain = await TestChain.start();
    const none = encodeInjection({ round: 0, votes: [] });
    expect(verdict(chain, [])).toBe(Status.ACCEPT);
    expect(verdict(chain, [none])).toBe(Status.REJECT);
    await chain.block();
    expect(verdict(chain, [])).toBe(Status.REJECT);
    expect(verdict(chain, [none])).toBe(Status.REJECT);
    expect(verdict(chain, proposal(chain, []))).toBe(Status.ACCEPT);
  });
});
