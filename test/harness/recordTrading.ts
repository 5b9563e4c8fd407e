import { Random } from '../crash/random.ts';
import { TestChain } from './chain.ts';
import { RecordedChain } from './history.ts';
import { randomBlock } from './randomBlock.ts';
import { FEE, depositMsg } from './trading.ts';

/** What the blocks of a chain did on which people trade at random. */
export async function recordTrading({
  seed,
  blocks,
}: {
  readonly seed: number;
  readonly blocks: number;
}): Promise<RecordedChain> {
  const recorded = new RecordedChain();
  const chain = await TestChain.start({ observe: recorded, alone: true });
  try {
    const random = new Random(seed);
    for (let i = 0; i < 6; i++) await chain.block();
    const users = [...chain.users.values()];
    await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 500_000)], FEE)) });
    for (let i = 0; i < blocks; i++) await randomBlock(chain, random, [1_000]);
  } finally {
    await chain.close();
  }
  return recorded;
}
