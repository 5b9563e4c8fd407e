import { count, expiry, lasts, momentAt, money, order, part, refusal } from './toldParts.ts';
import { size, text, who } from './toldParts.ts';
import type { Of, Sentences } from './toldParts.ts';

const bound = (of: Of) => (of['vol_bp'] === undefined ? '' : ` (${part(of, 'vol_bp', 'bp')} vol)`);
const group = (of: Of) => `group ${text(of, 'group')} of ${who(of, 'owner')}`;

/** Orders, trades, triggers, auctions of books, and quotes. */
export const toldOrders: Sentences = {
  order_placed: (of) =>
    `${who(of, 'owner')} placed ${order(of)}: ${text(of, 'side')} ${size(of)} ` +
    `${text(of, 'series')} at ${money(of, 'price_uusd')}${bound(of)}`,
  trade: (of) =>
    `${size(of)} ${text(of, 'series')} traded at ${money(of, 'price_uusd')}: ` +
    `${who(of, 'taker')} ${of['taker_side'] === 'buy' ? 'bought from' : 'sold to'} ` +
    who(of, 'maker'),
  order_cancelled: (of) =>
    `${order(of)} of ${who(of, 'owner')} left the book, ${size(of)} open: ${text(of, 'reason')}`,
  order_reduced: (of) => `${order(of)} of ${who(of, 'owner')} became smaller by ${size(of)}`,
  vol_order_moved: (of) =>
    of['price_uusd'] === undefined
      ? `${order(of)} in ${text(of, 'series')} waits outside the book`
      : `${order(of)} in ${text(of, 'series')} rests at its bound, ${money(of, 'price_uusd')}`,
  order_delayed: (of) =>
    `${order(of)} of ${who(of, 'owner')} in ${text(of, 'series')} waits for the end of the ` +
    'next block',
  order_refused: (of) => `${order(of)} of ${who(of, 'owner')} was ${refusal(of)}`,
  action_refused: (of) => `action ${Number(of['action_index'] ?? 0) + 1} was ${refusal(of)}`,
  trigger_placed: (of) =>
    `trigger ${text(of, 'trigger_id')} of ${who(of, 'owner')} in ${text(of, 'series')} waits for ` +
    `the ${text(of, 'on')} to be ${text(of, 'when')} ${money(of, 'level_uusd')}`,
  trigger_fired: (of) => `trigger ${text(of, 'trigger_id')} fired at ${money(of, 'price_uusd')}`,
  trigger_refused: (of) =>
    `trigger ${text(of, 'trigger_id')} fired, and its order was ${refusal(of)}`,
  trigger_cancelled: (of) =>
    `trigger ${text(of, 'trigger_id')} of ${who(of, 'owner')} is gone: ${text(of, 'reason')}`,
  book_closed: (of) => `the book of ${text(of, 'series')} is closed`,
  opening_auction: (of) =>
    `${text(of, 'series')} opens by an auction, in which nothing is taken back from ` +
    `${momentAt(of, 'lock_ms')} on`,
  recovery_auction: (of) =>
    `${expiry(of)} was not live for ${lasts(of, 'outage_ms')}: all its series are in an auction`,
  call_auction_cleared: (of) =>
    `${size(of)} ${text(of, 'series')} traded in the auction at ${money(of, 'price_uusd')}`,
  call_auction_ended: (of) => `the auction of ${expiry(of)} is over`,
  quote_group_set: (of) =>
    `${group(of)} quotes ${text(of, 'underlying')}: up to ${size(of, 'quantity_limit')} filled ` +
    `in ${lasts(of, 'window_ms')}`,
  quotes_set: (of) => `${group(of)} set ${count(of, 'quotes')} quotes`,
  quotes_pulled: (of) =>
    `${count(of, 'quotes')} quotes of ${group(of)} were pulled: ${text(of, 'reason')}`,
  quote_group_frozen: (of) =>
    `${group(of)} takes no quotes until ` +
    `${of['until_ms'] === undefined ? 'it is reset' : momentAt(of, 'until_ms')}: ` +
    text(of, 'reason'),
  quote_group_reset: (of) => `${group(of)} takes quotes again`,
  dead_man_switch_set: (of) =>
    of['deadline_ms'] === '0'
      ? `${who(of, 'owner')} turned the dead-man switch off`
      : `${who(of, 'owner')} must renew the dead-man switch by ${momentAt(of, 'deadline_ms')}`,
  dead_man_switch: (of) =>
    `the dead-man switch of ${who(of, 'owner')} was not renewed: ${text(of, 'cancelled')} orders ` +
    'and quotes were cancelled',
};
