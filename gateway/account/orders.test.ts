import { beforeEach, expect, test } from '@jest/globals';
import { describeOrder } from './describe.ts';
import type { Fill } from './order.ts';
import { Orders } from './orders.ts';
import type { StreamOrder } from './orders.ts';

const SYMBOL = 'BTC-27DEC26-100000-C';
const at = (height: number) => ({ height, timeMs: height * 1_000 });
let orders: Orders;
beforeEach(() => {
  orders = new Orders();
});

const placed = (quantity: string, more: Record<string, string> = {}) => ({
  event: 'order_placed',
  attributes: {
    ...{ order_id: '7', series: SYMBOL, side: 'buy', price_uusd: '100000000', quantity },
    ...{ client_order_id: 'mine', ...more },
  },
});
const ended = (event: string, of: Record<string, string>) => ({
  ...{ event, attributes: { order_id: '7', series: SYMBOL, ...of } },
});
const fill = (id: string, quantity: string, usd: number): Fill => ({
  ...{ id, symbol: SYMBOL, height: '1', timeMs: '1500', priceUusd: String(usd * 1e6), quantity },
  ...{ takerSide: 1, maker: 'm', taker: 't', makerSubaccount: 0, takerSubaccount: 0 },
  ...{ makerOrderId: '7', takerOrderId: '8', makerFeeUusd: '0', takerFeeUusd: '0' },
  ...{ fundFeeUusd: '0', isLiquidation: false, mark: null, index: null, vol: null },
  ...{ orderId: '7', isBuy: true, isMaker: true, feeUusd: 0n },
});
const resting = (changed: Partial<StreamOrder> = {}): Record<string, StreamOrder> => ({
  '7': {
    ...{ id: '7', symbol: SYMBOL, side: 1, priceUusd: '100000000', remaining: '10000' },
    ...{ quantity: '10000', filled: '0', clientOrderId: 'mine', reduceOnly: false },
    ...changed,
  },
});

test('an order is placed, fills in parts at an average, and is filled', () => {
  orders.take(placed('10000'), at(1));
  orders.fill(fill('1', '4000', 90));
  expect(describeOrder(orders.find('7')!, 'label')).toMatchObject({
    ...{ order_state: 'open', filled_amount: 0.4, average_price: 90, label: 'label', amount: 1 },
  });
  orders.fill(fill('2', '6000', 100));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ order_state: 'filled', filled_amount: 1, average_price: 96 },
  });
  expect([orders.open, orders.ended.length]).toEqual([[], 1]);
  expect(orders.findByClientId('mine')?.id).toBe('7');
});

test('the rest of it is cancelled, with the reason in their word and ours', () => {
  orders.take(placed('10000'), at(1));
  orders.take(ended('order_cancelled', { quantity: '10000', reason: 'requested' }), at(2));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ order_state: 'cancelled', cancel_reason: 'user_request', chain_reason: 'requested' },
  });
});

test('replaced, it goes on under its id: what is placed again is what is left', () => {
  orders.take(placed('10000'), at(1));
  orders.fill(fill('1', '4000', 90));
  orders.take(ended('order_cancelled', { quantity: '6000', reason: 'replaced' }), at(2));
  orders.take(placed('8000', { price_uusd: '110000000' }), at(2));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ order_state: 'open', amount: 1.2, price: 110, replaced: true, filled_amount: 0.4 },
  });
});

test('one that waits for the end of a block is placed then, and is not replaced', () => {
  const terms = { symbol: SYMBOL, isBuy: true, priceUusd: 1n, quantity: 10_000n };
  orders.add({ ...terms, id: '7', clientOrderId: 'mine', isDelayed: true }, at(1));
  orders.reconcile({}, at(2));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ order_state: 'open', chain_state: 'delayed' },
  });
  orders.take(placed('10000'), at(2));
  orders.reconcile({}, at(3));
  expect(orders.open).toEqual([]);
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({ replaced: false, price: 100 });
});

test('one that waited is refused with its code, or is what the state says of it', () => {
  const terms = { symbol: SYMBOL, isBuy: true, priceUusd: 1n, quantity: 10_000n };
  orders.add({ ...terms, id: '7', isDelayed: true }, at(1));
  orders.take(ended('order_refused', { codespace: 'margin', code: '1' }), at(2));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ order_state: 'rejected', chain_reason: 'margin/1' },
  });
  orders.add({ ...terms, id: '8', isDelayed: true }, at(1));
  orders.settle('8', { state: 'filled', reason: null, filled: 10_000n });
  const settled = orders.find('8')!;
  expect(settled).toMatchObject({ state: 'filled', filled: 10_000n, isDelayed: false });
  orders.settle('8', { state: 'open', reason: null, filled: 0n });
  expect(settled.state).toBe('filled');
});

test('one of a later block than what is told to rest is not taken for gone', () => {
  orders.take(placed('10000'), at(5));
  orders.reconcile({}, at(4));
  expect(orders.open).toHaveLength(1);
  orders.reconcile({}, at(5));
  expect(orders.open).toEqual([]);
});

test('what rested before the start is known, with an average of the fills that are', () => {
  orders.reconcile(resting({ filled: '5000', remaining: '5000' }), at(9));
  const before = describeOrder(orders.find('7')!, '');
  expect(before).toMatchObject({ filled_amount: 0.5 });
  expect(before).not.toHaveProperty('average_price');
  orders.fill(fill('1', '2000', 90));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ filled_amount: 0.5, average_price: 90 },
  });
});

test('what a client asked for is shown again, and changes are told once', () => {
  const asked = { timeInForce: 'immediate_or_cancel', type: 'market' as const };
  orders.expect('mine', { ...asked, postOnly: false, rejectPostOnly: false });
  orders.take(placed('10000'), at(1));
  expect(describeOrder(orders.find('7')!, '')).toMatchObject({
    ...{ time_in_force: 'immediate_or_cancel', order_type: 'market', price: 'market_price' },
  });
  expect(orders.takeTouched()).toHaveLength(1);
  orders.reconcile(resting(), at(1));
  expect(orders.takeTouched()).toEqual([]);
});

test('events of strangers, and fills of orders that are not known, are nothing', () => {
  orders.take({ event: 'trade', attributes: {} }, at(1));
  orders.take(ended('order_cancelled', { order_id: '99' }), at(1));
  orders.fill(fill('1', '4000', 90));
  expect([orders.open, orders.ended, orders.takeTouched()]).toEqual([[], [], []]);
});
