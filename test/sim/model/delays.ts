import * as matching from './matching.ts';
import type { Model } from './model.ts';
import type { NewOrder } from './newOrder.ts';
import type { Account, Quotes } from './types.ts';
import { meetsByVol } from './vols.ts';

/** An order that would take: it is placed at the end of the next block (ADR 149). */
export interface Delayed {
  readonly id: bigint;
  readonly account: Account;
  /** Of the block in which it came. */
  readonly height: number;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** As its owner sent it. */
  readonly order: unknown;
}

/** Whether an order would meet somebody, in the book or by volatility: also his own. */
export function wouldTake(model: Model, order: NewOrder, quotes: Quotes): boolean {
  const { series, isBuy, priceUusd, quantity, postOnly } = order;
  if (postOnly !== 'none' || model.auctions.at(series) !== undefined) return false;
  const book = model.book(series);
  const best = (isBuy ? book.asks : book.bids)[0];
  const isMet = best !== undefined && !matching.isBetter(!isBuy, priceUusd, matching.priceOf(best));
  return isMet || meetsByVol(book, { series, isBuy, priceUusd, left: quantity }, quotes);
}

/** By owner; each owner's by id. */
export class Delays {
  isOn = false;
  readonly waiting = new Map<bigint, Delayed>();

  /** Those of earlier blocks, whose turn it is at the end of one. */
  due(height: number): Delayed[] {
    return [...this.waiting.values()].filter((delayed) => delayed.height < height);
  }
}
