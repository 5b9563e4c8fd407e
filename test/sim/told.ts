import type { Event } from 'cosmjs-types/tendermint/abci/types';
import { agree } from './model/disagreement.ts';

/** An event of the chain, as text by key. */
export interface Said {
  readonly type: string;
  readonly of: (key: string) => string;
}

export const saidOf = ({ type, attributes }: Event): Said => ({
  type,
  of: (key) => attributes.find((a) => a.key === key)?.value ?? '',
});

/** What the chain says about liquidations of a block, in order, to be explained one by one. */
const LIQUIDATION = new Set([
  ...['liquidation_flagged', 'liquidation_released', 'liquidation_step', 'liquidation_bid'],
  'auction_slice',
  ...['auction', 'auction_cleared', 'deleveraged', 'loss_shared', 'fund_paid'],
]);
/** Reasons for which an order leaves the book because it cannot be filled. */
const REFUSALS = new Set(['margin', 'price_band', 'reduce_only', 'caps']);

const isOfLiquidation = ({ type, of }: Said): boolean =>
  LIQUIDATION.has(type) ||
  ((type === 'trade' || type === 'order_placed') && of('liquidation') === 'true') ||
  ((type === 'order_cancelled' || type === 'quotes_pulled') && REFUSALS.has(of('reason')));

export class Told {
  readonly #said: readonly Said[];
  #at = 0;

  constructor(said: readonly Said[]) {
    this.#said = said.filter(isOfLiquidation);
  }

  get next(): Said | undefined {
    return this.#said[this.#at];
  }

  /** Whether the next one is of a type and an account. */
  isNext(type: string, id: bigint): boolean {
    return this.next?.type === type && this.next.of('subaccount_id') === String(id);
  }

  /** The next one, which must be of a type and about an account. */
  take(type: string, id: bigint, why = ''): Said {
    const { next } = this;
    const found = next === undefined ? 'nothing' : `${next.type} of ${next.of('subaccount_id')}`;
    agree(this.isNext(type, id), `${type} of ${id} has to follow, not ${found} ${why}`);
    return this.skip()!;
  }

  skip(): Said | undefined {
    return this.#said[this.#at++];
  }

  /** What follows, as long as it holds, without taking it. */
  *ahead(holds: (said: Said) => boolean): Generator<Said> {
    for (let i = this.#at; i < this.#said.length && holds(this.#said[i]!); i++)
      yield this.#said[i]!;
  }
}
