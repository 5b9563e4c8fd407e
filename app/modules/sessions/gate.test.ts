import { beforeEach, describe, expect, test } from '@jest/globals';
import { MessageClass } from '../../../proto/gen/tenor.sessions.v1.ts';
import type { GatedOrder } from '../../runtime/context.ts';
import type { Action, MsgHandler } from '../../runtime/module.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { DAY_S, KEY, OWNER, START_S, Sessions } from './fixture.ts';
import { openSession } from './gate.ts';
import { grantSession } from './msgs/grantSession.ts';
import { sessionOf } from './sessions.ts';

const USD = 1_000_000n;
const { MESSAGE_CLASS_QUOTE } = MessageClass;
let at: Sessions;
beforeEach(() => {
  at = new Sessions();
});

const handlerOf = (changed: Partial<MsgHandler>): MsgHandler => ({
  ...({ ...grantSession, sessionClass: undefined, isCancel: false } satisfies MsgHandler),
  ...changed,
});
const action = (changed: Partial<MsgHandler>): Action => ({
  msg: { subaccount: 0 },
  handler: handlerOf(changed),
});
const open = (...actions: Action[]) => openSession(at.ctx(), OWNER, KEY, actions);
const opens = (...actions: Action[]) => refusalCode(() => open(...actions));

const order = (changed: Partial<GatedOrder> = {}): GatedOrder => ({
  ...{ underlying: 'BTC', isBuy: true, quantity: 1_000n },
  ...{ priceUusd: 100n * USD, markUusd: 100n * USD },
  ...changed,
});
const admits = (changed: Partial<GatedOrder> = {}) =>
  refusalCode(() => {
    open().admit(at.ctx(), order(changed));
  });

describe('what a session lets in', () => {
  test('are messages of its classes, and every cancel of a class', () => {
    at.grant();
    expect(opens(action({ sessionClass: 'order' }))).toBe('done');
    expect(opens(action({ sessionClass: 'quote' }))).toBe('sessions/2');
    expect(opens(action({ sessionClass: 'quote', isCancel: true }))).toBe('done');
    expect(opens(action({}))).toBe('sessions/2');
    expect(opens(action({ isCancel: true }))).toBe('sessions/2');
    // Each action of a batch is looked at.
    const fine = action({ sessionClass: 'order' });
    expect(opens(fine, action({ sessionClass: 'quote' }))).toBe('sessions/2');
    at.grant({ messages: [MESSAGE_CLASS_QUOTE] });
    expect([opens(action({ sessionClass: 'quote' })), opens(fine)]).toEqual(['done', 'sessions/2']);
  });

  test('are those of its subaccounts, and never of none', () => {
    at.grant();
    const of = (subaccount?: number) =>
      opens({ ...action({ sessionClass: 'order' }), msg: { subaccount } });
    expect([of(0), of(3), of(1), of(undefined)]).toEqual([
      ...['done', 'done', 'sessions/3', 'sessions/3'],
    ]);
  });

  test('is nothing without a session, or after it', () => {
    expect(opens()).toBe('sdk/8');
    at.grant();
    at.timeMs += 99_999;
    const gate = open();
    expect(opens()).toBe('done');
    at.timeMs += 1;
    expect(opens()).toBe('sdk/8');
    expect(refusalCode(() => gate.admit(at.ctx(), order()))).toBe('sessions/1');
    expect(sessionOf(at.ctx(), OWNER, KEY)).toBeUndefined();
  });
});

describe('an order of a session', () => {
  test('is in its underlyings, or in any where it names none', () => {
    at.grant();
    expect(['BTC', 'ETH', 'SOL'].map((underlying) => admits({ underlying }))).toEqual([
      ...['done', 'done', 'sessions/4'],
    ]);
    at.grant({ underlyings: [] });
    expect(admits({ underlying: 'SOL' })).toBe('done');
  });

  test('is no further from the mark than it allows, on the side that would trade', () => {
    at.grant({ priceBandPpm: 100_000 });
    const priced = (isBuy: boolean, priceUusd: bigint) => admits({ isBuy, priceUusd });
    expect([priced(true, 110n * USD), priced(true, 110n * USD + 1n), priced(true, 1n)]).toEqual([
      ...['done', 'sessions/5', 'done'],
    ]);
    expect([
      priced(false, 90n * USD),
      priced(false, 90n * USD - 1n),
      priced(false, 900n * USD),
    ]).toEqual([...['done', 'sessions/5', 'done']]);
    expect(admits({ markUusd: undefined })).toBe('sessions/5');
    const refused = (isBuy: boolean, priceUusd: bigint) => () =>
      open().admit(at.ctx(), order({ isBuy, priceUusd }));
    expect(refused(true, 200n * USD)).toThrow(
      '200.00 USD is too far for this session: buy at 110.00 USD or less',
    );
    expect(refused(false, 10n * USD)).toThrow('sell at 90.00 USD or more');
    at.grant();
    expect([priced(true, 900n * USD), admits({ markUusd: undefined })]).toEqual(['done', 'done']);
  });

  test('is counted against the size of its day, which begins anew with the next', () => {
    at.grant({ dailyQuantity: 2_500n });
    expect([admits(), admits(), admits()]).toEqual(['done', 'done', 'sessions/6']);
    expect(() => open().admit(at.ctx(), order())).toThrow('has 0.05 contracts left today');
    expect(admits({ quantity: 501n })).toBe('sessions/6');
    expect(admits({ quantity: 500n })).toBe('done');
    const used = () => sessionOf(at.ctx(), OWNER, KEY)!;
    expect(used()).toMatchObject({
      usedQuantity: 2_500n,
      day: BigInt(Math.floor(START_S / DAY_S)),
    });
    // Granted anew it goes on where it was.
    at.grant({ dailyQuantity: 3_000n, expiresSeconds: BigInt(START_S + 2 * DAY_S) });
    expect([admits(), admits({ quantity: 500n })]).toEqual(['sessions/6', 'done']);
    at.timeMs += DAY_S * 1_000;
    expect(admits({ quantity: 3_000n })).toBe('done');
    expect(used()).toMatchObject({ usedQuantity: 3_000n });
    at.grant({ expiresSeconds: BigInt(START_S + 2 * DAY_S) });
    expect(admits({ quantity: 1n << 40n })).toBe('done');
    expect(used()).toMatchObject({ usedQuantity: 3_000n });
  });
});
