import type { BlockFacts } from '../facts.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Source } from '../source.ts';

function describe({ height, timeMs, appHash, txs }: BlockFacts): JsonObject {
  return {
    height: String(height),
    timeMs: String(timeMs),
    appHash: Buffer.from(appHash).toString('hex').toUpperCase(),
    txs: txs.length,
    failedTxs: txs.filter(({ code }) => code !== 0).length,
  };
}

/** Each block as it is committed. */
export const blocksSource: Source = {
  read: () => ({ blocks: [] }),
  events: (block) => ({ blocks: [describe(block)] }),
};
