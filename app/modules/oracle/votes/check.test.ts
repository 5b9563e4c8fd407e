import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import { describe, expect, test } from '@jest/globals';
import { CHAIN_ID } from '../../../../test/harness/chain.ts';
import { commitOf } from '../../../../test/harness/engineValues.ts';
import { ValidatorKey } from '../../../../test/harness/keys.ts';
import { compareBytes } from '../../../lib/bytes.ts';
import { consensusAddress } from '../../staking/index.ts';
import { checkVotes } from './check.ts';
import { decodeInjection, encodeInjection, MAX_CARRIED_BYTES } from './inject.ts';
import { extensionSignBytes } from './verifySignature.ts';

type Vote = ExtendedCommitInfo['votes'][number];

const HEIGHT = 41;
const ROUND = 2;
const { BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL } = BlockIDFlag;
const NONE = new Uint8Array(0);

const validators = [0, 1, 2, 3]
  .map((i) => new ValidatorKey(`validator${i}`))
  .map((key) => ({ key, address: consensusAddress(key.pubkey), power: 100n }))
  .sort((a, b) => compareBytes(a.address, b.address));
const set = {
  height: 1n,
  validators: validators.map(({ key, address, power }) => ({
    consensusAddress: address,
    consensusPubkey: key.pubkey,
    power,
    moniker: '',
    operator: '',
  })),
};

/** A signed vote; what it says need not be a report. */
function signed(i: number, extension: Uint8Array, height = HEIGHT, round = ROUND): Vote {
  const { key, address, power } = validators[i]!;
  return {
    validator: { address, power },
    voteExtension: extension,
    extensionSignature: key.sign(extensionSignBytes(extension, height, round, CHAIN_ID)),
    blockIdFlag: BLOCK_ID_FLAG_COMMIT,
  };
}

const unsigned = (i: number, blockIdFlag = BLOCK_ID_FLAG_ABSENT): Vote => ({
  ...signed(i, NONE),
  extensionSignature: NONE,
  blockIdFlag,
});

const honest: ExtendedCommitInfo = {
  round: ROUND,
  votes: validators.map((_, i) => signed(i, Uint8Array.of(1, 2, i))),
};

/** What an honest node says of a proposal that injects `injected` when the commit was `commit`. */
function judge(injected: ExtendedCommitInfo, commit = honest, height = HEIGHT): string | null {
  const read = decodeInjection(encodeInjection(injected));
  if (read === null) return 'unreadable';
  const lastCommit = commitOf(commit);
  return checkVotes({ injected: read, lastCommit, set, height, chainId: CHAIN_ID });
}

/** The same of votes that did not pass through the bytes of a proposal. */
const directly = (injected: ExtendedCommitInfo, commit = honest, of = set): string | null =>
  checkVotes({
    ...{ injected, lastCommit: commitOf(commit), set: of },
    ...{ height: HEIGHT, chainId: CHAIN_ID },
  });

const replaced = (i: number, vote: Partial<Vote>): ExtendedCommitInfo => ({
  round: ROUND,
  votes: honest.votes.map((v, at) => (at === i ? { ...v, ...vote } : v)),
});

describe('injected votes', () => {
  test('are accepted as they were cast, malformed extensions included', () => {
    expect(judge(honest)).toBeNull();
    const junk = { ...honest, votes: validators.map((_, i) => signed(i, Buffer.alloc(700, 255))) };
    expect(judge(junk)).toBeNull();
  });

  test('may be empty: an empty extension is signed like any other', () => {
    const empty = { ...honest, votes: validators.map((_, i) => signed(i, NONE)) };
    expect(judge(empty)).toBeNull();
  });

  test.each<[string, ExtendedCommitInfo, string]>([
    ['a power is forged', replaced(1, { validator: power(1, 101n) }), 'vote 1: a forged power'],
    ['a power is negative', replaced(1, { validator: power(1, -100n) }), 'vote 1: a forged power'],
    ['a vote is dropped', { ...honest, votes: honest.votes.slice(1) }, '3 votes instead of 4'],
    [
      'a vote is added',
      { ...honest, votes: [...honest.votes, honest.votes[0]!] },
      '5 votes instead',
    ],
    ['a vote is repeated in place of another', replaced(1, honest.votes[0]!), 'another validator'],
    ['votes are reordered', { ...honest, votes: honest.votes.toReversed() }, 'another validator'],
    ['the round is another', { ...honest, round: ROUND + 1 }, 'round 3 instead of 2'],
    [
      'an extension is altered',
      replaced(2, { voteExtension: Uint8Array.of(1, 2, 3, 4) }),
      'forged',
    ],
    ['a signature is of another height', replaced(2, signed(2, NONE, HEIGHT - 1)), 'forged'],
    ['a signature is of another round', replaced(2, signed(2, NONE, HEIGHT, 0)), 'forged'],
    [
      'an extension is another validator’s',
      replaced(2, extensionOf(3)),
      'vote 2: a forged extension',
    ],
    ['an extension is emptied, its signature kept', replaced(2, { voteExtension: NONE }), 'forged'],
    [
      'a signature is dropped, its extension kept',
      replaced(2, { extensionSignature: NONE }),
      'forged',
    ],
    ['a vote is said to be absent', replaced(2, unsigned(2)), 'vote 2: a forged flag'],
    [
      'a flag is none that exists',
      replaced(2, { blockIdFlag: BlockIDFlag.UNRECOGNIZED }),
      'a forged flag',
    ],
  ])('are rejected when %s', (_, injected, wrong) => expect(judge(injected)).toContain(wrong));

  test('of absent and nil votes carry nothing', () => {
    for (const flag of [BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_NIL]) {
      const commit = replaced(0, unsigned(0, flag));
      expect(judge(commit, commit)).toBeNull();
      const extended = replaced(0, { ...signed(0, Uint8Array.of(1)), blockIdFlag: flag });
      const loose = 'vote 0: an extension without a vote for the block';
      expect(judge(extended, commit)).toBe(loose);
      // Nor one half of it; that is told before it is looked at, whatever form it came in.
      const halves = [{ voteExtension: NONE }, { extensionSignature: NONE }];
      for (const half of halves) {
        const injected = replaced(0, { ...extended.votes[0], ...half });
        expect(directly(injected, commit)).toBe(loose);
      }
    }
  });

  test('without a third of the signed power are rejected', () => {
    // One of four may be left out as too long, or be absent; not two.
    expect(judge(replaced(0, unsigned(0, BLOCK_ID_FLAG_COMMIT)))).toBeNull();
    const two = { ...honest, votes: [0, 1].map((i) => unsigned(i, BLOCK_ID_FLAG_COMMIT)) };
    two.votes.push(...honest.votes.slice(2));
    expect(judge(two)).toBe('signed power 200 of 267 needed');
  });

  test('need more than two thirds of the power, and not one more than that', () => {
    // Of [powers], the first two sign.
    const signedOf = (powers: readonly [bigint, bigint, bigint, bigint]) => {
      const votes = powers.map((value, i) => ({
        ...(i < 2 ? honest.votes[i]! : unsigned(i)),
        validator: power(i, value),
      }));
      const of = {
        ...set,
        validators: set.validators.map((v, i) => ({ ...v, power: powers[i]! })),
      };
      const commit = { round: ROUND, votes };
      return directly(commit, commit, of);
    };
    expect(signedOf([100n, 167n, 100n, 33n])).toBeNull();
    expect(signedOf([100n, 166n, 100n, 34n])).toBe('signed power 266 of 267 needed');
    // Exactly two thirds are too few.
    expect(signedOf([100n, 100n, 50n, 50n])).toBe('signed power 200 of 201 needed');
    expect(signedOf([100n, 101n, 50n, 49n])).toBeNull();
  });

  test('carry extensions up to their largest size', () => {
    const sized = (bytes: number) => {
      const commit = replaced(1, signed(1, new Uint8Array(bytes)));
      return directly(commit, commit);
    };
    expect(sized(MAX_CARRIED_BYTES)).toBeNull();
    expect(sized(MAX_CARRIED_BYTES + 1)).toBe('vote 1: an oversize extension');
  });

  test('of a validator that is not in the set, or with another power, are rejected', () => {
    const stranger = { validator: { address: new Uint8Array(20), power: 100n } };
    expect(judge(replaced(0, stranger), replaced(0, stranger))).toContain(
      'not in the validator set',
    );
    const stronger = replaced(0, { validator: power(0, 900n) });
    expect(judge(stronger, stronger)).toContain('a power of another set');
    const twice = replaced(1, honest.votes[0]!);
    expect(judge(twice, twice)).toContain('or there twice');
  });

  test('signed for another height are rejected as a whole', () => {
    expect(judge(honest, honest, HEIGHT + 1)).toBe('vote 0: a forged extension');
  });
});

describe('the injection', () => {
  test('carries every extension verbatim, and leaves out only what is too long', () => {
    const long = signed(1, new Uint8Array(MAX_CARRIED_BYTES + 1));
    const longest = signed(2, new Uint8Array(MAX_CARRIED_BYTES));
    const commit = { round: ROUND, votes: [honest.votes[0]!, long, longest, honest.votes[3]!] };
    expect(judge(commit)).toBeNull();
    const carried = decodeInjection(encodeInjection(commit))!.votes;
    expect(carried.map((v) => v.voteExtension.length)).toEqual([3, 0, MAX_CARRIED_BYTES, 3]);
    expect(carried[1]!.extensionSignature).toHaveLength(0);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['half of its header', (b) => b.subarray(0, 3)],
    ['another version', (b) => b.map((v, i) => (i === 3 ? v + 1 : v))],
    ['cut short', (b) => b.subarray(0, -1)],
    ['an unknown field', (b) => Buffer.concat([b, Uint8Array.of(0x78, 1)])],
    ['a default that is spelled out', (b) => Buffer.concat([b, Uint8Array.of(8, 0)])],
    ['ten thousand nested groups', (b) => Buffer.concat([b, Buffer.alloc(10_000, 0x7b)])],
  ])('with %s cannot be read', (_, change) => {
    expect(decodeInjection(change(encodeInjection(honest)))).toBeNull();
  });

  test('without addresses of 20 bytes cannot be read', () => {
    const short = replaced(0, { validator: { address: new Uint8Array(19), power: 100n } });
    expect(decodeInjection(encodeInjection(short))).toBeNull();
  });
});

function power(i: number, value: bigint) {
  return { address: validators[i]!.address, power: value };
}

function extensionOf(i: number): Partial<Vote> {
  const { voteExtension, extensionSignature } = honest.votes[i]!;
  return { voteExtension, extensionSignature };
}
