import type { Marks } from '../../indexer/source/facts.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from './chain.ts';
import { RecordedChain } from './history.ts';
import { randomBlock } from './randomBlock.ts';
import { FEE, depositMsg } from './trading.ts';

/** The marks of all series that have one, and the volatility index. */
export function marksIn(chain: TestChain): Marks[] {
  const { marks } = chain.query(
    '/tenor.margin.v1.Query/Marks',
    margin.QueryMarksRequest,
    margin.QueryMarksResponse,
    { underlying: 'BTC', expirySeconds: 0n, symbol: '' },
  );
  const { index } = chain.query(
    '/tenor.oracle.v1.Query/VolIndex',
    oracle.QueryVolIndexRequest,
    oracle.QueryVolIndexResponse,
    { underlying: 'BTC' },
  );
  const known = marks.filter(({ markUusd }) => markUusd !== undefined);
  return [
    {
      underlying: 'BTC',
      names: known.map(({ symbol }) => symbol),
      marksUusd: known.map(({ markUusd }) => markUusd!),
      volsBp: known.map(({ vol }) => (vol === undefined ? null : Math.round(vol * 1e4))),
      ...(index === undefined ? {} : { volIndexPpm: index.volPpm }),
    },
  ];
}

/** What the blocks of a chain did on which people trade at random. */
export async function recordTrading({
  seed,
  blocks,
  sampleMarks = false,
}: {
  readonly seed: number;
  readonly blocks: number;
  /** With the marks after each block. */
  readonly sampleMarks?: boolean;
}): Promise<RecordedChain> {
  const recorded = new RecordedChain();
  const chain = await TestChain.start({ observe: recorded, alone: true });
  try {
    const random = new Random(seed);
    for (let i = 0; i < 6; i++) await chain.block();
    const users = [...chain.users.values()];
    await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 500_000)], FEE)) });
    for (let i = 0; i < blocks; i++) {
      await randomBlock(chain, random, [1_000]);
      if (sampleMarks) recorded.addMarks(marksIn(chain));
    }
  } finally {
    await chain.close();
  }
  return recorded;
}
