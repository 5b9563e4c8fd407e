import type { OrderRecord } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { View } from '../../../runtime/context.ts';
import { lockOf } from '../auctions/auctionAt.ts';

/**
 * Whether the time of an order is over: it trades no more, and goes as soon as a block gets round
 * to it. Nobody takes something out of an auction by its time: in the last part an order stays
 * whose time was not over before that.
 */
export function isTimedOut(view: View, { goodTilSeconds, seriesId }: OrderRecord): boolean {
  if (goodTilSeconds === undefined) return false;
  const goodTilMs = goodTilSeconds * 1_000n;
  if (goodTilMs > BigInt(view.header.timeMs)) return false;
  const lock = lockOf(view, seriesId);
  return lock === undefined || goodTilMs < lock.lockMs;
}
