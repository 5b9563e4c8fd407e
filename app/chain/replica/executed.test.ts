import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '../../runtime/context.ts';
import { TestChain } from '../../../test/harness/chain.ts';
import { TestReplica } from '../../../test/harness/replica.ts';
import { depositMsg, FEE } from '../../../test/harness/trading.ts';
import type { Told } from './executed.ts';

let chain: TestChain;
afterEach(() => chain.close());

test('the read side is told each transaction of a block, its result and the events', async () => {
  const answers: Told[] = [];
  chain = await TestChain.start({ users: Array.from({ length: 60 }, (_, i) => `user${i}`) });
  const heights: string[] = [];
  const reader = new TestReplica(chain.node);
  reader.observe({
    block: ({ height }, told) => {
      heights.push(`${height}`);
      answers.push(told());
    },
    anew: ({ height }) => heights.push(`anew ${height}`),
  });
  try {
    await chain.block();
    chain.market = { ...chain.market, btc: 65_000 };
    await chain.block();
    await reader.caughtUp();
    const users = [...chain.users.values()];
    // More than one frame of them, and one that is refused.
    const txs = users.map((u, i) => chain.sign(u, [depositMsg(u, i === 7 ? 10 ** 9 : 100)], FEE));
    const answer = await chain.block({ txs });
    await reader.caughtUp();
    expect(heights).toEqual(['anew 1', '2', '3']);
    const told = answers.at(-1)!;
    const { txs: decided } = chain.decided.at(-1)!;
    expect(told.txs.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      decided.map((tx) => Buffer.from(tx)),
    );
    expect(told.txs.filter(({ result }) => result.code !== 0)).toHaveLength(1);
    expect(told.txs[1]!.hash).toMatch(/^[0-9A-F]{64}$/);
    const events = (list: readonly Event[]) => JSON.stringify(list);
    expect(events([...told.before, ...told.after])).toBe(events(answer.events));
    const has = (list: readonly Event[], type: string) => list.some((e) => e.type === type);
    // Prices come before the transactions, the split of fees after them.
    expect([has(told.before, 'price'), has(told.after, 'price')]).toEqual([true, false]);
    expect(new Set(told.txs.map(({ hash }) => hash)).size).toBe(decided.length);
    expect(decided.length).toBeGreaterThan(50);
    expect(reader.log.errors).toEqual([]);
  } finally {
    reader.feed.close();
  }
});
