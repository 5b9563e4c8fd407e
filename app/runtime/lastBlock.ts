import { LastBlock } from '../../proto/gen/tenor.runtime.v1.ts';
import { Item } from '../store/collection.ts';
import type { Ctx, View } from './context.ts';

/**
 * Which block the state is of. It is proved like all else, so a node that restores the state from
 * strangers takes chain and time from nobody's word.
 */
export const lastBlock = new Item<LastBlock>({
  store: 'runtime',
  prefix: 1,
  name: 'lastBlock',
  value: LastBlock,
  storage: 'proved',
});

export function recordBlock(ctx: Ctx): void {
  const { chainId, height, timeMs, hash = NO_HASH } = ctx.header;
  lastBlock.set(ctx, { chainId, height: BigInt(height), timeMs: BigInt(timeMs), hash });
}

const NO_HASH = new Uint8Array(0);

/** What the order inside the next block is drawn from: unknown before the last is decided. */
export function orderSeed(view: View): Uint8Array {
  return lastBlock.get(view)?.hash ?? NO_HASH;
}
