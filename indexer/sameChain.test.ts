import { beforeEach, describe, expect, test } from '@jest/globals';
import { HistoryStage } from '../test/harness/historyStage.ts';
import { follow } from './follow.ts';
import { SmallChain, event } from '../test/harness/smallChain.ts';

const at = new HistoryStage();

beforeEach(async () => {
  for (let i = 0; i < 5; i++) at.chain.add([]);
  await catchUp(at.chain);
});

const catchUp = (source: SmallChain) => at.follow(source);

/** Of the same name, with so many blocks. */
function another(blocks: number): SmallChain {
  const anew = new SmallChain('anew');
  for (let i = 0; i < blocks; i++) anew.add([]);
  return anew;
}

/** Of the same genesis, as if that told nothing. */
function forked(blocks: number): SmallChain {
  const fork = another(blocks);
  fork.genesis = () => at.chain.genesis();
  return fork;
}

describe('a node of another chain is refused', () => {
  test('by its name', async () => {
    at.chain.chainId = 'other-1';
    await expect(catchUp(at.chain)).rejects.toThrow('The history is of chain small-1, the node of');
  });

  test.each([0, 2, 5, 9])('by its genesis, when it has %d blocks', async (blocks) => {
    await expect(catchUp(another(blocks))).rejects.toThrow(
      /began with genesis \w{12}, .*\(tenor indexer run --anew\)/,
    );
  });

  test.each([
    [2, 'Block 2 is block2 in the history, and anew2 on the node: the chain was begun anew'],
    [5, 'Block 5 is block5 in the history, and anew5 on the node'],
    [9, "Block 6 of the node does not follow on the history's block 5"],
  ])('by its blocks, when it has %d', async (blocks, message) => {
    await expect(catchUp(forked(blocks))).rejects.toThrow(message);
  });

  test('after it took the place of the right one', async () => {
    const signal = AbortSignal.timeout(60_000);
    const place = new SmallChain();
    place.blocksOf.push(...at.chain.blocksOf);
    const following = follow({ database: at.database, source: place, signal, pollMs: 1 });
    place.blocksOf.splice(0, 9, ...another(3).blocksOf);
    await expect(following).rejects.toThrow('the chain was begun anew');
  });
});

test('a node that is behind is waited for', async () => {
  const ended = new AbortController();
  const place = new SmallChain();
  place.blocksOf.push(...at.chain.blocksOf.slice(0, 2));
  const told: string[] = [];
  const onTrouble = (of: string, message: string) => {
    told.push(`${of}: ${message}`);
    for (let height = place.blocksOf.length; height < 5; height++) {
      place.blocksOf.push(at.chain.blocksOf[height]!);
    }
    place.add([event('price', { underlying: 'BTC', index_uusd: '1' })]);
  };
  const onCaughtUp = () => ended.abort();
  await follow({
    database: at.database,
    source: place,
    signal: ended.signal,
    onTrouble,
    onCaughtUp,
  });
  expect(told).toEqual(['node: the node has come to block 2, the history to 5 already']);
  expect(await at.database.query('select height from index_prices')).toEqual([{ height: '6' }]);
});
