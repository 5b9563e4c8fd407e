import { describe, expect, test } from '@jest/globals';
import type { RequestKind } from './calls.ts';
import { GrammarChecker } from './grammar.ts';

/** A call by its kind, with its height where it has one: `finalizeBlock 3`. */
function violationsOf(calls: string[]): string[] {
  const checker = new GrammarChecker();
  return calls.flatMap((written) => {
    const [kind, height] = written.split(' ');
    const value = BigInt(height ?? 0);
    return checker.observe(kind as RequestKind, { height: value, initialHeight: value }) ?? [];
  });
}

const fresh = ['info', 'initChain 1'];
const firstHeight = [
  'prepareProposal 1',
  'processProposal 1',
  'extendVote 1',
  'verifyVoteExtension 1',
  'finalizeBlock 1',
  'commit',
];

describe('GrammarChecker accepts', () => {
  test.each<[string, string[]]>([
    ['a fresh chain', [...fresh, ...firstHeight, 'processProposal 2', 'finalizeBlock 2']],
    [
      'heights without rounds, as when blocks are replayed',
      ['info', 'finalizeBlock 7', 'commit', 'finalizeBlock 8', 'commit'],
    ],
    [
      'several rounds, votes of others first, and a second proposal',
      [
        ...fresh,
        'verifyVoteExtension 1',
        'prepareProposal 1',
        'prepareProposal 1',
        'extendVote 1',
        'processProposal 1',
        'finalizeBlock 1',
        'commit',
      ],
    ],
    [
      'a state sync whose first snapshot is refused',
      [
        'offerSnapshot',
        'offerSnapshot',
        'applySnapshotChunk',
        'info',
        'applySnapshotChunk',
        'info',
        'finalizeBlock 101',
        'commit',
      ],
    ],
    [
      'reads at any time',
      [
        'query',
        'echo',
        'flush',
        ...fresh,
        'checkTx',
        'finalizeBlock 1',
        'query',
        'info',
        'checkTx',
        'listSnapshots',
        'loadSnapshotChunk',
        'commit',
      ],
    ],
    ['a first height other than one', ['info', 'initChain 50', 'finalizeBlock 50', 'commit']],
  ])('%s', (_, calls) => {
    expect(violationsOf(calls)).toEqual([]);
  });
});

describe('GrammarChecker reports', () => {
  test.each<[string, string[], string]>([
    ['commit before finalizeBlock', [...fresh, 'commit'], 'commit in phase "informed"'],
    ['two commits', [...fresh, ...firstHeight, 'commit'], 'commit in phase "deciding"'],
    [
      'a call between finalizeBlock and commit',
      [...fresh, 'finalizeBlock 1', 'extendVote 1'],
      'extendVote in phase "finalized"',
    ],
    [
      'two finalizeBlock',
      [...fresh, 'finalizeBlock 1', 'finalizeBlock 2'],
      'finalizeBlock in phase "finalized"',
    ],
    ['a skipped height', [...fresh, ...firstHeight, 'finalizeBlock 3'], 'height 3 at height 2'],
    ['a height again', [...fresh, ...firstHeight, 'processProposal 1'], 'height 1 at height 2'],
    ['no handshake', ['finalizeBlock 1'], 'finalizeBlock in phase "start"'],
    ['initChain before info', ['initChain 1'], 'initChain in phase "start"'],
    ['initChain twice', ['info', 'initChain 1', 'initChain 1'], 'initChain a second time'],
    ['initChain in a running chain', ['info', 'finalizeBlock 4', 'initChain 1'], 'initChain in'],
    ['a chunk that nobody offered', ['info', 'applySnapshotChunk'], 'without offerSnapshot'],
    ['a snapshot for a running chain', [...fresh, 'offerSnapshot'], 'offerSnapshot in phase'],
    [
      'a height before a restored snapshot is verified by info',
      ['offerSnapshot', 'applySnapshotChunk', 'finalizeBlock 9'],
      'finalizeBlock in phase "restoring"',
    ],
  ])('%s', (_, calls, expected) => {
    const violations = violationsOf(calls);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(expected);
  });
});
