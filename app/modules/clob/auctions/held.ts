import type { Held, HeldOrder } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { View } from '../../../runtime/context.ts';
import { infos } from '../state.ts';

/** An order or a quote that still rests after all was taken back that may go. */
export interface Left {
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  readonly orderId: bigint;
  /** Of a quote. */
  readonly group?: string;
}

/** How an answer tells of what an auction holds; nothing where it holds nothing. */
export function answerOfHeld(view: View, left: readonly Left[]): { held?: Held } {
  if (left.length === 0) return {};
  const orders = left.map(({ seriesId, isBuy, orderId, group }): HeldOrder => {
    const series = infos.must(view, seriesId).symbol;
    return { series, isBuy, orderId, ...(group === undefined ? {} : { group }) };
  });
  return { held: { orders } };
}
