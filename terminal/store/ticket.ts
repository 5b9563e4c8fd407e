import { batch, signal } from '@preact/signals';
import { CONTRACT_DECIMALS, USD_DECIMALS, typedOf } from '../format/units.ts';

export type Side = 'buy' | 'sell';
export type Kind = 'limit' | 'market' | 'iv';
export type Life = 'gtc' | 'day' | 'ioc' | 'fok';

/** What one is about to order, as it is typed. */
export const ticket = {
  side: signal<Side>('buy'),
  kind: signal<Kind>('limit'),
  size: signal('0.1'),
  price: signal(''),
  /** In percent. */
  iv: signal(''),
  life: signal<Life>('gtc'),
  postOnly: signal(false),
  reduceOnly: signal(false),
};

/** Whoever clicks a price means it: that side, that price, and no more than is there. */
export function fillTicket(side: Side, priceUusd?: string, quantity?: string): void {
  batch(() => {
    ticket.side.value = side;
    if (priceUusd === undefined) return;
    ticket.price.value = typedOf(BigInt(priceUusd), USD_DECIMALS);
    if (ticket.kind.value === 'market') ticket.kind.value = 'limit';
    if (quantity !== undefined) ticket.size.value = typedOf(BigInt(quantity), CONTRACT_DECIMALS);
  });
}
