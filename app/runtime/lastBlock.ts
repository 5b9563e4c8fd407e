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
  const before = lastBlock.get(ctx)?.timeMs ?? BigInt(timeMs);
  const gapMs = BigInt(timeMs) - before;
  lastBlock.set(ctx, { chainId, height: BigInt(height), timeMs: BigInt(timeMs), hash, gapMs });
}

const NO_HASH = new Uint8Array(0);

/** How long before this block the last one was, once this one has begun. */
export const gapMsOf = (view: View): number => Number(lastBlock.get(view)?.gapMs ?? 0n);

/** What the order inside the next block is drawn from: unknown before the last is decided. */
export function orderSeed(view: View): Uint8Array {
  return lastBlock.get(view)?.hash ?? NO_HASH;
}
