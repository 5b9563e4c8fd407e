import { describe, expect, it } from '@jest/globals';
import {
  MsgCancelAllResponse,
  MsgCancelQuotesResponse,
  MsgPlaceOrderResponse,
} from '../../proto/gen/tenor.clob.v1.ts';
import { describeOutcome } from './describeOutcome.ts';
import type { Outcome, TxEvent } from '../../client/outcome.ts';

const empty = {
  hash: 'AB',
  height: 1,
  code: 0,
  codespace: '',
  log: '',
  gasUsed: 0n,
  gasWanted: 0n,
};

const event = (type: string, attributes: Record<string, string>): TxEvent => ({
  type,
  attributes: { ...attributes, msg_index: '0' },
});
const tell = (events: TxEvent[], responses: Outcome['responses'] = []) =>
  describeOutcome({ ...empty, events, responses });

function order(filled: bigint, resting: bigint): Outcome['responses'] {
  const value = MsgPlaceOrderResponse.encode({ orderId: 9n, filled, resting });
  return [{ typeUrl: MsgPlaceOrderResponse.typeUrl, value }];
}
const trade = (price_uusd: string, quantity: string) =>
  event('trade', { taker_order_id: '9', price_uusd, quantity, taker_fee_uusd: '600000' });

describe('an order in words', () => {
  it('that only rests', () => {
    expect(tell([], order(0n, 5_000n))).toEqual(['order 9; filled 0; resting 0.5']);
  });

  it('that traded at two prices, at their average weighted by size', () => {
    const trades = [trade('590000000', '5000'), trade('600000000', '2000')];
    const others = event('trade', { ...trade('1', '1').attributes, taker_order_id: '8' });
    expect(tell([...trades, others], order(7_000n, 0n))).toEqual([
      'order 9; filled 0.7 at 592.86 on average (fee 1.20 USD); resting 0',
    ]);
  });

  it('with where the fees of both sides went, where a node tells it', () => {
    const fees = { fund_fee_uusd: '200000', validators_fee_uusd: '700000' };
    const both = { ...fees, maker_fee_uusd: '300000', taker_referrer_uusd: '0' };
    const { attributes } = trade('590000000', '5000');
    expect(tell([event('trade', { ...attributes, ...both })], order(5_000n, 0n))).toEqual([
      'order 9; filled 0.5 at 590.00 (fee 0.60 USD); resting 0',
      'fees of both sides 0.90 USD: insurance fund 0.20, validators 0.70',
    ]);
  });

  it('whose rest went away, with the reason', () => {
    const own = { order_id: '9', quantity: '5000', series: 'S', reason: 'ioc_remainder' };
    const makers = { ...own, order_id: '4', reason: 'margin' };
    const events = [event('order_cancelled', own), event('order_cancelled', makers)];
    expect(tell(events, order(0n, 0n))).toEqual([
      'order 9; filled 0; resting 0; cancelled 0.5 (nothing more to trade with at its price)',
    ]);
  });
});

describe('other transactions in words', () => {
  it('say what was moved, once, and leave out fees', () => {
    const fee = { type: 'transfer', attributes: { sender: 'a', recipient: 'c', amount: '5uusd' } };
    const moved = { sender: 'a', recipient: 'b', amount: '1500000uusd' };
    expect(tell([fee, event('transfer', moved)])).toEqual(['sent 1.50 USD from a to b']);
    const deposit = event('deposit', { amount_uusd: '5000000', subaccount: '2' });
    expect(tell([fee, event('transfer', moved), deposit])).toEqual([
      'deposited 5.00 USD into subaccount 2',
    ]);
  });

  it('name every order that was cancelled', () => {
    const cancelled = (order_id: string) =>
      event('order_cancelled', { order_id, quantity: '5000', series: 'S', reason: 'requested' });
    expect(tell([cancelled('1'), cancelled('2')])).toEqual([
      'cancelled order 1, 0.5 S',
      'cancelled order 2, 0.5 S',
    ]);
  });
});

describe('what an auction holds of what was to go', () => {
  const quote = (isBuy: boolean) => ({ series: 'BTC-A-C', isBuy, orderId: 4n, group: 'g' });
  const order = { series: 'BTC-B-P', isBuy: true, orderId: 7n };

  it('is said beside what went, in answers of each kind', () => {
    const cancelled = MsgCancelAllResponse.encode({
      ...{ cancelled: 0, triggers: 0, isLocked: true },
      held: { orders: [order, quote(true)] },
    });
    const { typeUrl } = MsgCancelAllResponse;
    expect(tell([], [{ typeUrl, value: cancelled }])).toEqual([
      'kept until the auction of its series is over: order 7 of BTC-B-P, ' +
        'the bid of group g in BTC-A-C',
    ]);
    const orders = Array.from({ length: 8 }, () => quote(false));
    const value = MsgCancelQuotesResponse.encode({ cancelled: 2, held: { orders } });
    expect(tell([], [{ typeUrl: MsgCancelQuotesResponse.typeUrl, value }])[0]).toMatch(
      /^kept .*the ask of group g in BTC-A-C and 3 more$/,
    );
    const nothing = MsgCancelQuotesResponse.encode({ cancelled: 2 });
    expect(tell([], [{ typeUrl: MsgCancelQuotesResponse.typeUrl, value: nothing }])).toEqual([]);
  });
});
