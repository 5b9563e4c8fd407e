import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { PUT, SOON, ClobChain, eventsOf, order } from '../fixture.ts';
import { setEnabled } from '../auctions/fixture.ts';
import { armSwitch } from '../quotes/fixture.ts';
import { orders, triggerCursor, triggers } from '../state.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
const { TRIGGER_ON_INDEX, TRIGGER_ON_MARK } = pb.TriggerOn;
const { TRIGGER_WHEN_ABOVE, TRIGGER_WHEN_BELOW } = pb.TriggerWhen;

type Terms = Partial<pb.MsgPlaceOrder>;

function leg(
  when: 'above' | 'below',
  usd: number,
  terms: Terms = {},
  on: pb.TriggerOn = TRIGGER_ON_INDEX,
): pb.TriggerLeg {
  return {
    on,
    when: when === 'above' ? TRIGGER_WHEN_ABOVE : TRIGGER_WHEN_BELOW,
    levelUusd: BigInt(usd) * USD,
    order: { ...order(0, 'sell', 700, terms), sender: '' },
  };
}

function placing(chain: ClobChain, user: number, ...legs: pb.TriggerLeg[]) {
  const msg = { sender: userAddress(user), subaccount: 0, legs };
  return chain.send('MsgPlaceTrigger', pb.MsgPlaceTriggerResponse, msg).response.triggerIds;
}

function cancel(chain: ClobChain, user: number, triggerId: bigint) {
  const msg = { sender: userAddress(user), subaccount: 0, triggerId };
  return chain.send('MsgCancelTrigger', pb.MsgCancelTriggerResponse, msg);
}

/** Ends the block at a new index; its events. */
function move(chain: ClobChain, indexUsd: number) {
  chain.indexUusd = BigInt(indexUsd) * USD;
  chain.block();
  return chain.seal();
}
const waiting = (chain: ClobChain) => [...triggers.entries(chain.ctx)].map(([id]) => id);

describe('a trigger', () => {
  test('outlives a dead-man switch, which takes orders and quotes only', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700);
    const [stop] = placing(chain, 0, leg('below', 63_000));
    armSwitch(chain, 0, 1_000, true);
    const ctx = chain.block(1, 1_000);
    expect(eventsOf(ctx, 'dead_man_switch')).toMatchObject([{ cancelled: '1' }]);
    expect(waiting(chain)).toEqual([stop]);
  });

  test('places its order at the end of the block whose price reaches it, on index or mark', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const [stop] = placing(chain, 0, leg('below', 63_000));
    expect(triggers.must(chain.ctx, stop!).other).toBeUndefined();
    placing(chain, 1, leg('below', 300, { side: pb.Side.SIDE_BUY }, TRIGGER_ON_MARK));
    expect(eventsOf(move(chain, 63_001), 'trigger_fired')).toEqual([]);
    const ctx = move(chain, 63_000);
    expect(eventsOf(ctx, 'trigger_fired')).toMatchObject([
      { trigger_id: stop!.toString(), price_uusd: (63_000n * USD).toString() },
    ]);
    expect(eventsOf(ctx, 'order_placed')).toMatchObject([{ side: 'sell', quantity: '10000' }]);
    const later = move(chain, 60_000);
    // The mark of the call fell with the index: what buys then meets what sold.
    expect(eventsOf(later, 'trade')).toHaveLength(1);
    expect(waiting(chain)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('of a pair cancels the other when it fires, and leaves it alone when cancelled', () => {
    const chain = ClobChain.create([RICH]);
    const HIGH = { priceUusd: 20_000n * USD };
    const pair = () => placing(chain, 0, leg('below', 60_000), leg('above', 70_000, HIGH));
    pair();
    const ctx = move(chain, 70_000);
    expect(eventsOf(ctx, 'trigger_fired')).toMatchObject([{ trigger_id: '2' }]);
    expect(eventsOf(ctx, 'trigger_cancelled')).toMatchObject([
      { trigger_id: '1', reason: 'other' },
    ]);
    move(chain, 64_000);
    const [low, high] = pair();
    cancel(chain, 0, low!);
    expect(triggers.must(chain.ctx, high!).other).toBeUndefined();
    expect(eventsOf(move(chain, 71_000), 'trigger_fired')).toHaveLength(1);
    expect(waiting(chain)).toEqual([]);
    expect([...orders.entries(chain.ctx)]).toHaveLength(2);
  });

  test('whose order is refused says why, and is gone', () => {
    const chain = ClobChain.create([1_000n * USD]);
    placing(chain, 0, leg('below', 60_000, { quantity: 1_000_000n }));
    placing(chain, 0, leg('below', 60_000, { reduceOnly: true }));
    const refused = eventsOf(move(chain, 60_000), 'trigger_refused');
    expect(refused.map((e) => `${e['codespace']}/${e['code']}`)).toEqual(['margin/1', 'clob/7']);
    expect(waiting(chain)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('waits while prices are not live', () => {
    const chain = ClobChain.create([RICH]);
    placing(chain, 0, leg('below', 63_000));
    chain.feed = 2;
    expect(eventsOf(move(chain, 60_000), 'trigger_fired')).toEqual([]);
    expect(refusalCode(() => placing(chain, 0, leg('below', 50_000)))).toBe('clob/6');
    chain.feed = 1;
    expect(eventsOf(move(chain, 60_000), 'trigger_fired')).toHaveLength(1);
  });

  test('waits while its series takes no orders: a refusal would lose a stop', () => {
    const chain = ClobChain.create([RICH]);
    placing(chain, 0, leg('below', 63_000));
    setEnabled(chain, false);
    for (let i = 0; i < 2; i++) expect(eventsOf(move(chain, 60_000), 'trigger_fired')).toEqual([]);
    setEnabled(chain, true);
    // In the block that enables it, too: it trades from the next one on.
    expect(eventsOf(chain.seal(), 'trigger_fired')).toEqual([]);
    expect(eventsOf(move(chain, 60_000), 'trigger_fired')).toHaveLength(1);
  });

  test('fires within the budgets of a block, and the next goes on where it stopped', () => {
    const chain = ClobChain.create([RICH, RICH], {
      ...{ maxTriggersPerBlock: 2, maxTriggerPricesPerBlock: 1 },
    });
    for (let i = 0; i < 3; i++) placing(chain, 0, leg('below', 63_000 - i, { quantity: 100n }));
    placing(chain, 0, leg('below', 1, { quantity: 100n }, TRIGGER_ON_MARK));
    move(chain, 60_000);
    const fired = () => eventsOf(chain.seal(), 'trigger_fired').map((e) => e['trigger_id']);
    expect(waiting(chain)).toEqual([3n, 4n]);
    // The other price is looked at in between; nothing of it is reached.
    expect([fired(), fired(), fired()]).toEqual([[], ['3'], []]);
    expect(triggerCursor.get(chain.ctx) ?? 0n).toBe(0n);
    expect(waiting(chain)).toEqual([4n]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('is not held up by any number of others whose series are in an auction', () => {
    const chain = ClobChain.create([RICH, RICH], { openingAuctionMs: 60_000, maxTriggers: 1_000 });
    chain.place(1, 'sell', 900, { series: PUT });
    for (let i = 0; i < 240; i++) {
      placing(chain, 0, leg('below', 63_500, { series: PUT, quantity: 1_000n }));
    }
    placing(chain, 0, leg('below', 63_000));
    const fired = eventsOf(move(chain, 62_000), 'trigger_fired');
    expect(fired.map((e) => e['trigger_id'])).toEqual(['241']);
    expect(waiting(chain)).toHaveLength(240);
    expect(chain.broken()).toEqual([]);
  });

  test('goes with its series, and with what cancels everything', () => {
    const chain = ClobChain.create([RICH]);
    placing(chain, 0, leg('below', 60_000, { series: SOON }));
    placing(chain, 0, leg('below', 60_000), leg('below', 50_000, { series: PUT }));
    expect(eventsOf(chain.block(1, 250_000), 'trigger_cancelled')).toMatchObject([
      { trigger_id: '1', reason: 'expired', series: SOON },
    ]);
    const all = { sender: userAddress(0), subaccount: 0, underlying: '', expirySeconds: 0n };
    const drop = (series: string) =>
      chain.send('MsgCancelAll', pb.MsgCancelAllResponse, { ...all, series }).response.triggers;
    expect([drop(PUT), drop(''), drop('')]).toEqual([1, 1, 0]);
    expect(waiting(chain)).toEqual([]);
  });

  test('is told, and the same after a restart and an export', () => {
    const chain = ClobChain.create([RICH]);
    placing(chain, 0, leg('below', 60_000), leg('above', 70_000, { clientOrderId: 'a' }));
    chain.block();
    const { triggers: told } = chain.query(
      ...(['Triggers', pb.QueryTriggersRequest, pb.QueryTriggersResponse] as const),
      { owner: userAddress(0), subaccount: 0 },
    );
    expect(told).toMatchObject([
      { id: 1n, other: 2n, levelUusd: 60_000n * USD, order: { side: pb.Side.SIDE_SELL } },
      { id: 2n, other: 1n, order: { clientOrderId: 'a' } },
    ]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('is refused with a code where it makes no sense, and nothing changes', () => {
    const chain = ClobChain.create([RICH, RICH], { maxTriggers: 3 });
    const [mine] = placing(chain, 0, leg('below', 60_000));
    const before = chain.dump();
    const good = leg('below', 60_000);
    const code = (...legs: pb.TriggerLeg[]) => refusalCode(() => placing(chain, 0, ...legs));
    const with_ = (terms: Terms) => code({ ...good, order: { ...good.order!, ...terms } });
    expect(code()).toBe('clob/19');
    expect(code(good, good, good)).toBe('clob/19');
    expect(code({ ...good, when: 0 })).toBe('clob/19');
    expect(code({ ...good, levelUusd: 0n })).toBe('clob/3');
    expect(code({ ...good, levelUusd: 1n << 63n })).toBe('clob/3');
    expect(code({ on: 0, when: 1, levelUusd: 1n })).toBe('clob/19');
    expect(with_({ sender: userAddress(1) })).toBe('clob/19');
    expect(with_({ quantity: 0n })).toBe('clob/4');
    expect(with_({ priceUusd: 700n * USD + 1n })).toBe('clob/3');
    expect(with_({ series: 'BTC-X' })).toBe('options/2');
    expect(code(leg('below', 64_000))).toBe('clob/20');
    expect(code(leg('above', 64_000))).toBe('clob/20');
    expect(code(leg('below', 50_000), leg('below', 64_000))).toBe('clob/20');
    expect(refusalCode(() => cancel(chain, 1, mine!))).toBe('clob/21');
    expect(refusalCode(() => cancel(chain, 0, 99n))).toBe('clob/21');
    expect(chain.dump()).toEqual(before);
    const few = ClobChain.create([RICH], { maxTriggers: 1 });
    expect(refusalCode(() => placing(few, 0, good, good))).toBe('clob/22');
    expect(refusalCode(() => placing(few, 0, good))).toBe('done');
  });
});
