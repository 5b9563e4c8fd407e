import { beforeEach, describe, expect, test } from '@jest/globals';
import { MsgDeposit, MsgWithdraw } from '../../../proto/gen/tenor.accounts.v1.ts';
import { MsgSend } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { AuthInfo, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { MessageClass, MsgGrantSession } from '../../../proto/gen/tenor.sessions.v1.ts';
import { Execution, codeOf } from '../../../test/harness/execution.ts';
import { UserKey, anyOf } from '../../../test/harness/keys.ts';
import type { AnyMsg } from '../../../test/harness/keys.ts';
import { bandOf } from '../margin/index.ts';
import { mustSeriesBySymbol, mustUnderlying, seriesOfExpiry, tickFor } from '../options/index.ts';
import { liveExpiries } from '../options/index.ts';

// What somebody tries who has stolen a session's key.

const DAY_MS = 86_400_000;
const USD = 1_000_000n;
const FEE = [{ denom: 'uusd', amount: '100000' }];
const bot = new UserKey('bot');
let chain: Execution;
let series: string;

const { SIDE_BUY, SIDE_SELL } = clob.Side;

function paid(user: UserKey, ...msgs: readonly AnyMsg[]): void {
  const result = chain.run(chain.sign(user, msgs, { gasLimit: 500_000n, fee: FEE }));
  if (result.code !== 0) throw new Error(result.log);
}
const deposit = (user: UserKey, usd: bigint) =>
  paid(user, anyOf(MsgDeposit, { sender: user.address, subaccount: 0, amountUusd: usd * USD }));

beforeEach(() => {
  chain = new Execution();
  chain.block();
  const { alice, bob } = chain;
  const amount = [{ denom: 'uusd', amount: String(400n * USD) }];
  paid(alice, anyOf(MsgSend, { fromAddress: alice.address, toAddress: bob.address, amount }));
  deposit(alice, 500n);
  deposit(bob, 390n);
  series = someSeries();
  chain.block();
});

/** Of the middle of the last expiry. */
function someSeries(): string {
  const { id } = mustUnderlying(chain.view, 'BTC');
  const own = liveExpiries(chain.view).filter(({ underlyingId }) => underlyingId === id);
  const strikes = seriesOfExpiry(chain.view, id, own.at(-1)!.expirySeconds);
  return strikes[Math.floor(strikes.length / 2)]!.symbol;
}

function grant(changed: Partial<MsgGrantSession> = {}): void {
  const expiresSeconds = BigInt(Math.floor(chain.header.timeMs / 1_000)) + 3n * 86_400n;
  const message: MsgGrantSession = {
    ...{ sender: chain.alice.address, key: bot.address, subaccounts: [0], underlyings: ['BTC'] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER],
    ...{ expiresSeconds, priceBandPpm: 0, dailyQuantity: 0n },
    ...changed,
  };
  paid(chain.alice, anyOf(MsgGrantSession, message));
}

const order = (user: UserKey, changed: Partial<clob.MsgPlaceOrder> = {}): clob.MsgPlaceOrder => ({
  ...{ sender: user.address, subaccount: 0, series, side: SIDE_BUY, quantity: 1_000n },
  ...{ priceUusd: USD, timeInForce: 0, postOnly: 0, reduceOnly: false, selfTrade: 0 },
  ...{ clientOrderId: '', goodTilSeconds: 0n, market: false },
  ...changed,
});
const ofAlice = (changed: Partial<clob.MsgPlaceOrder> = {}) =>
  anyOf(clob.MsgPlaceOrder, order(chain.alice, changed));
const botTx = (...msgs: readonly AnyMsg[]) => chain.sign(bot, msgs, { fee: [], gasLimit: 0n });
const run = (...msgs: readonly AnyMsg[]): string => codeOf(chain.run(botTx(...msgs)));

/** On the tick table, so many percent from the mark. */
function near(percent: bigint): bigint {
  const { view } = chain;
  const { markUusd } = bandOf(view, mustSeriesBySymbol(view, series))!;
  const wanted = (markUusd * (100n + percent)) / 100n;
  return wanted - (wanted % tickFor(mustUnderlying(view, 'BTC'), wanted));
}

/** Failures cost the allowance more: it fills again, and then prices are of now. */
const aMinute = () => [60_000, 1_000].forEach((ms) => chain.block([], undefined, ms));

describe('the size of a day', () => {
  test('is of a UTC day: it is whole again at midnight, and not a moment before', () => {
    grant({ dailyQuantity: 1_000n });
    // Expiries settle on the way; what is listed at the end of the day is traded on.
    const toMidnight = DAY_MS - (chain.header.timeMs % DAY_MS);
    chain.block([], undefined, toMidnight - 120_001);
    for (let i = 0; i < 120; i++) chain.block();
    series = someSeries();
    expect([run(ofAlice()), run(ofAlice())]).toEqual(['/0', 'sessions/6']);
    chain.block([], undefined, 1);
    expect([run(ofAlice()), run(ofAlice())]).toEqual(['/0', 'sessions/6']);
  });

  test('counts what a replacement orders anew, and a cancel gives nothing back', () => {
    grant({ dailyQuantity: 1_500n });
    expect(run(ofAlice({ clientOrderId: 'a' }))).toBe('/0');
    const replace = (terms: { priceUusd: bigint; quantity: bigint }) =>
      anyOf(clob.MsgReplaceOrder, {
        ...{ sender: chain.alice.address, subaccount: 0, orderId: 0n, clientOrderId: 'a' },
        ...terms,
      });
    expect(run(replace({ priceUusd: 2n * USD, quantity: 0n }))).toBe('sessions/6');
    aMinute();
    const cancel = { sender: chain.alice.address, subaccount: 0, orderId: 0n, clientOrderId: 'a' };
    expect(run(anyOf(clob.MsgCancelOrder, cancel))).toBe('/0');
    expect([run(ofAlice()), run(ofAlice({ quantity: 500n }))]).toEqual(['sessions/6', '/0']);
  });

  test('is kept by a grant that changes the session', () => {
    grant({ dailyQuantity: 1_000n });
    expect(run(ofAlice())).toBe('/0');
    grant({ dailyQuantity: 1_000n, priceBandPpm: 50_000 });
    expect(run(ofAlice())).toBe('sessions/6');
  });
});

describe('the price band', () => {
  test('holds for offers, market orders, volatilities and replacements', () => {
    grant({ priceBandPpm: 10_000 });
    const market = { market: true, timeInForce: clob.TimeInForce.TIME_IN_FORCE_IOC };
    const further: readonly Partial<clob.MsgPlaceOrder>[] = [
      { side: SIDE_SELL, priceUusd: near(-5n) },
      { priceUusd: near(5n) },
      { ...market, priceUusd: near(5n) },
      { ...market, side: SIDE_SELL, priceUusd: near(-5n) },
      { volBp: 5_000, priceUusd: near(5n) },
    ];
    for (const changed of further) {
      expect([changed, run(ofAlice({ ...changed, quantity: 100n }))]).toEqual([
        changed,
        'sessions/5',
      ]);
      for (let i = 0; i < 10; i++) chain.block();
    }
    expect(run(ofAlice({ clientOrderId: 'b', quantity: 100n }))).toBe('/0');
    const replace = { sender: chain.alice.address, subaccount: 0, orderId: 0n };
    const moved = { ...replace, clientOrderId: 'b', quantity: 0n, priceUusd: near(5n) };
    expect(run(anyOf(clob.MsgReplaceOrder, moved))).toBe('sessions/5');
  });

  test('lets nothing be sold for nothing while there is no live mark', () => {
    const quantity = 100n;
    const price = near(0n);
    paid(
      chain.bob,
      anyOf(clob.MsgPlaceOrder, order(chain.bob, { side: SIDE_SELL, quantity, priceUusd: price })),
    );
    paid(chain.alice, ofAlice({ quantity, priceUusd: price }));
    grant({ priceBandPpm: 10_000 });
    chain.block();
    // The feeds are silent: reductions alone are taken then, at any price.
    for (let i = 0; i < 5; i++) chain.block([], null, 60_000);
    const exit = { side: SIDE_SELL, quantity, priceUusd: USD, reduceOnly: true };
    expect(run(ofAlice(exit))).toBe('sessions/5');
    grant();
    expect(run(ofAlice(exit))).toBe('/0');
  });
});

describe('what a session may never do', () => {
  test('a batch does not for it what it may not itself', () => {
    grant({ priceBandPpm: 10_000, dailyQuantity: 1_000n });
    const place = (changed: Partial<clob.MsgPlaceOrder>) => ({
      place: { ...order(chain.alice, changed), sender: '' },
    });
    const batch = (subaccount: number, ...actions: clob.BatchAction[]) =>
      anyOf(clob.MsgBatch, { sender: chain.alice.address, subaccount, actions });
    expect(run(batch(1, place({})))).toBe('sessions/3');
    aMinute();
    expect(run(batch(0, place({ subaccount: 1 })))).toMatch(/^clob\//);
    aMinute();
    const mixed = batch(0, place({ priceUusd: near(5n) }), place({ quantity: 2_000n }), place({}));
    const { data } = chain.run(botTx(mixed));
    expect(
      Buffer.from(data)
        .toString('latin1')
        .match(/sessions/g),
    ).toHaveLength(2);
  });

  test('every message but orders, quotes and their like is closed to it', () => {
    const both = [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE];
    grant({ messages: both });
    const open = [...chain.registry.router.values()].filter(
      ({ sessionClass }) => sessionClass !== undefined,
    );
    // Whoever adds one here says that a stolen key may do it.
    expect(open.map(({ codec }) => codec.typeUrl).sort()).toEqual(
      [
        ...['MsgBatch', 'MsgCancelAll', 'MsgCancelOrder', 'MsgCancelQuotes', 'MsgDeadManSwitch'],
        ...['MsgFreezeQuoteGroup', 'MsgMassQuote', 'MsgPlaceOrder', 'MsgReplaceOrder'],
        ...['MsgResetQuoteGroup', 'MsgSetQuoteGroup'],
      ].map((name) => `/tenor.clob.v1.${name}`),
    );
    const withdraw = { sender: chain.alice.address, subaccount: 0, amountUusd: USD };
    const msgs = [ofAlice(), anyOf(MsgWithdraw, withdraw)];
    const tx = chain.sign(bot, msgs, { fee: [], gasLimit: 300_000n });
    expect(chain.refusal(tx)).toBe('sessions/2');
  });

  test('a session of a session is none', () => {
    grant();
    const other = new UserKey('another bot');
    const nested = { sender: bot.address, key: other.address, subaccounts: [0] };
    const message = {
      ...{ ...nested, messages: [MessageClass.MESSAGE_CLASS_ORDER], underlyings: [] },
      ...{ expiresSeconds: BigInt(Math.floor(chain.header.timeMs / 1_000)) + 60n },
      ...{ priceBandPpm: 0, dailyQuantity: 0n },
    };
    const amount = [{ denom: 'uusd', amount: String(10n * USD) }];
    const { alice } = chain;
    paid(alice, anyOf(MsgSend, { fromAddress: alice.address, toAddress: bot.address, amount }));
    paid(bot, anyOf(MsgGrantSession, message));
    const tx = chain.sign(other, [ofAlice()], { fee: [], gasLimit: 0n });
    expect(chain.refusal(tx)).toBe('sdk/8');
  });

  test('one key for two owners signs for one at a time', () => {
    grant();
    const both = [ofAlice(), anyOf(clob.MsgPlaceOrder, order(chain.bob))];
    const tx = botTx(...both);
    expect(chain.refusal(tx)).toBe('sdk/15');
    // Nor beside itself.
    const raw = TxRaw.decode(tx);
    const { signerInfos, ...auth } = AuthInfo.decode(raw.authInfoBytes);
    const twice = {
      ...{ ...raw, signatures: [...raw.signatures, ...raw.signatures] },
      authInfoBytes: AuthInfo.encode({ ...auth, signerInfos: [...signerInfos, ...signerInfos] }),
    };
    expect(chain.refusal(TxRaw.encode(twice))).toBe('sdk/18');
  });
});
