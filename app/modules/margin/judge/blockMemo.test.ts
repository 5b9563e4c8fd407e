import { beforeEach, describe, expect, test } from '@jest/globals';
import { Execution } from '../../../../test/harness/execution.ts';
import { BlockMemo } from './blockMemo.ts';
import { params } from '../params.ts';

const memo = new BlockMemo('margin/test', (memory) => ({ words: memory.map<string, string>() }));

let chain: Execution;
let made: string[];
beforeEach(() => {
  chain = new Execution();
  made = [];
});

/** What the memo has under a key, making it of its name and the taker fee. */
function word(key: string): string | undefined {
  return memo.get(chain.view).words.get(key, (view) => {
    made.push(key);
    return `${key}${params.get(view).takerFeePpm}`;
  });
}

function setFee(takerFeePpm: number): void {
  params.set(chain.ctx, { ...params.get(chain.view), takerFeePpm });
}

describe('a memo of a block', () => {
  test('makes a thing once, and what cannot be made again', () => {
    expect([word('a'), word('a'), word('b')]).toEqual(['a300', 'a300', 'b300']);
    expect(made).toEqual(['a', 'b']);
    const nothing = () => memo.get(chain.view).words.get('c', () => undefined);
    expect([nothing(), nothing()]).toEqual([undefined, undefined]);
    expect(word('c')).toBe('c300');
  });

  test('forgets with the block, with its time and with the parameters', () => {
    word('a');
    chain.wait(1);
    word('a');
    chain.wait(1, 0);
    word('a');
    setFee(200);
    expect(word('a')).toBe('a200');
    expect(made).toEqual(['a', 'a', 'a', 'a']);
  });

  test('keeps what was made before a mark that is rolled back, and nothing made after it', () => {
    word('before');
    const mark = chain.state.mark();
    word('after');
    chain.state.rollback(mark);
    word('before');
    word('after');
    expect(made).toEqual(['before', 'after', 'after']);
  });

  test('has nothing of parameters that were rolled back', () => {
    word('a');
    const mark = chain.state.mark();
    setFee(200);
    expect([word('a'), word('b')]).toEqual(['a200', 'b200']);
    chain.state.rollback(mark);
    expect([word('a'), word('b')]).toEqual(['a300', 'b300']);
    const outer = chain.state.mark();
    word('c');
    const inner = chain.state.mark();
    word('d');
    chain.state.rollback(inner);
    chain.state.rollback(outer);
    made = [];
    expect([word('a'), word('c'), word('d')]).toEqual(['a300', 'c300', 'd300']);
    expect(made).toEqual(['c', 'd']);
  });

  test('is of one version of the state: a fork makes its own', () => {
    word('a');
    const fork = { ...chain.view, state: chain.state.fork() };
    const own = memo.get(fork).words.get('a', () => 'of the fork');
    expect([own, word('a')]).toEqual(['of the fork', 'a300']);
  });
});
