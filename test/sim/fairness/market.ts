import { BlockClass } from '../../../app/runtime/blockClass.ts';

/** One unit offered at a price. */
interface Offer {
  readonly owner: string;
  readonly isBuy: boolean;
  readonly price: number;
}

export type Action =
  | { readonly kind: 'cancel' }
  /** One unit on each side; post-only, so a side that would trade is left out. */
  | { readonly kind: 'quote'; readonly bid?: number; readonly ask?: number; readonly units: number }
  | {
      readonly kind: 'take';
      readonly isBuy: boolean;
      readonly bound: number;
      readonly units: number;
    };

export interface Sent {
  readonly owner: string;
  readonly sequence: number;
  readonly action: Action;
}

export const classOf = ({ action }: Sent): BlockClass =>
  ({ cancel: BlockClass.CANCEL, quote: BlockClass.MAKE, take: BlockClass.TAKE })[action.kind];

/** A book of one instrument by price and time, and what each owner has from its trades. */
export class Market {
  #offers: Offer[] = [];
  readonly #held = new Map<string, { cash: number; units: number }>();

  copy(): Market {
    const copy = new Market();
    copy.#offers = [...this.#offers];
    for (const [owner, held] of this.#held) copy.#held.set(owner, { ...held });
    return copy;
  }

  apply({ owner, action }: Sent): void {
    if (action.kind === 'cancel') {
      this.#offers = this.#offers.filter((offer) => offer.owner !== owner);
    } else if (action.kind === 'quote') {
      const { bid, ask, units } = action;
      for (let i = 0; i < units; i++) {
        if (bid !== undefined) this.#rest({ owner, isBuy: true, price: bid });
        if (ask !== undefined) this.#rest({ owner, isBuy: false, price: ask });
      }
    } else this.#take(owner, action);
  }

  #rest(offer: Offer): void {
    const best = this.#best(!offer.isBuy);
    const trades = best !== undefined && reaches(offer.isBuy, offer.price, best.price);
    if (!trades) this.#offers.push(offer);
  }

  #take(owner: string, { isBuy, bound, units }: Action & { kind: 'take' }): void {
    for (let left = units; left > 0; left--) {
      const best = this.#best(!isBuy, owner);
      if (best === undefined || !reaches(isBuy, bound, best.price)) return;
      this.#offers.splice(this.#offers.indexOf(best), 1);
      this.#move(owner, isBuy ? 1 : -1, best.price);
      this.#move(best.owner, isBuy ? -1 : 1, best.price);
    }
  }

  #best(isBuy: boolean, besides?: string): Offer | undefined {
    return this.#offers
      .filter((offer) => offer.isBuy === isBuy && offer.owner !== besides)
      .reduce<Offer | undefined>((best, offer) => {
        const isBetter =
          best === undefined || (isBuy ? offer.price > best.price : offer.price < best.price);
        return isBetter ? offer : best;
      }, undefined);
  }

  #move(owner: string, units: number, price: number): void {
    const held = this.#held.get(owner) ?? { cash: 0, units: 0 };
    held.cash -= units * price;
    held.units += units;
    this.#held.set(owner, held);
  }

  /** What an owner's trades are worth at a value. */
  worth(owner: string, value: number): number {
    const { cash, units } = this.#held.get(owner) ?? { cash: 0, units: 0 };
    return cash + units * value;
  }
}

const reaches = (isBuy: boolean, bound: number, price: number): boolean =>
  isBuy ? price <= bound : price >= bound;
