import { beforeEach, describe, expect, test } from '@jest/globals';
import { MsgDeposit } from '../../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import {
  MessageClass,
  MsgGrantSession,
  MsgRevokeSession,
  QuerySessionsRequest,
  QuerySessionsResponse,
} from '../../../proto/gen/tenor.sessions.v1.ts';
import type { Session } from '../../../proto/gen/tenor.sessions.v1.ts';
import { Execution, codeOf, sendMsg } from '../../../test/harness/execution.ts';
import { UserKey, anyOf } from '../../../test/harness/keys.ts';
import type { AnyMsg, TxOptions } from '../../../test/harness/keys.ts';
import { bandOf } from '../margin/index.ts';
import {
  liveExpiries,
  mustSeriesBySymbol,
  mustUnderlying,
  seriesOfExpiry,
  tickFor,
} from '../options/index.ts';
import type { AnteOptions } from '../../runtime/ante.ts';

const bot = new UserKey('bot');
const HOUR = 3_600n;
let chain: Execution;
let series: string;

beforeEach(() => {
  chain = new Execution();
  chain.block();
  const deposit = { sender: chain.alice.address, subaccount: 0, amountUusd: 500_000_000n };
  owner(anyOf(MsgDeposit, deposit));
  chain.block();
  series = someSeries();
});

/** Alice's own key sends what must succeed. */
function owner(msg: AnyMsg): void {
  const { code, log } = chain.run(chain.sign(chain.alice, [msg], { gasLimit: 500_000n, fee: FEE }));
  if (code !== 0) throw new Error(log);
}
const FEE = [{ denom: 'uusd', amount: '100000' }];

const nowSeconds = () => BigInt(Math.floor(chain.header.timeMs / 1_000));

function grantOf(changed: Partial<MsgGrantSession> = {}): MsgGrantSession {
  return {
    ...{ sender: chain.alice.address, key: bot.address, subaccounts: [0], underlyings: ['BTC'] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER],
    expiresSeconds: nowSeconds() + HOUR,
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
    ...changed,
  };
}
const grant = (changed: Partial<MsgGrantSession> = {}) => {
  owner(anyOf(MsgGrantSession, grantOf(changed)));
};
const revoke = () => {
  owner(anyOf(MsgRevokeSession, { sender: chain.alice.address, key: bot.address }));
};

/** A series of BTC. */
function someSeries(): string {
  const { id } = mustUnderlying(chain.view, 'BTC');
  const expiry = liveExpiries(chain.view).find(({ underlyingId }) => underlyingId === id)!;
  const strikes = seriesOfExpiry(chain.view, id, expiry.expirySeconds);
  return strikes[Math.floor(strikes.length / 2)]!.symbol;
}

/** A price so many percent above the mark, on the tick table. */
function above(symbol: string, percent: bigint): bigint {
  const { view } = chain;
  const { markUusd } = bandOf(view, mustSeriesBySymbol(view, symbol))!;
  const wanted = (markUusd * (100n + percent)) / 100n;
  return wanted - (wanted % tickFor(mustUnderlying(view, 'BTC'), wanted));
}

/** A bid that rests, and is far below the mark unless told otherwise. */
const bid = (changed: Partial<clob.MsgPlaceOrder> = {}): AnyMsg =>
  anyOf(clob.MsgPlaceOrder, {
    ...{ sender: chain.alice.address, subaccount: 0, series, side: clob.Side.SIDE_BUY },
    ...{ quantity: 1_000n, priceUusd: 1_000_000n, timeInForce: 0, postOnly: 0 },
    ...{ reduceOnly: false, selfTrade: 0, clientOrderId: '' },
    ...{ goodTilSeconds: 0n, market: false },
    ...changed,
  });

/** Signed by the bot for Alice. */
const botTx = (msgs: readonly AnyMsg[], options: Partial<TxOptions> = {}): Uint8Array =>
  chain.sign(bot, msgs, { fee: [], gasLimit: 0n, ...options });
const run = (msg: AnyMsg, mode: AnteOptions['mode'] = 'deliver') =>
  codeOf(chain.run(botTx([msg]), mode));

function listed(): Session[] {
  const path = '/tenor.sessions.v1.Query/Sessions';
  const request = QuerySessionsRequest.encode({ owner: chain.alice.address });
  return QuerySessionsResponse.decode(chain.registry.queries.get(path)!(chain.view, request))
    .sessions;
}

/** Failures cost the allowance more: it fills again, and then prices are of now. */
const aMinute = () => [60_000, 1_000].forEach((ms) => chain.block([], undefined, ms));

describe("a session's key", () => {
  test('trades for its owner with a sequence of its own, for nothing', () => {
    grant();
    const before = [chain.balance(chain.alice), chain.sequence(chain.alice)];
    expect([run(bid()), run(bid())]).toEqual(['/0', '/0']);
    expect([chain.balance(chain.alice), chain.sequence(chain.alice)]).toEqual(before);
    expect(chain.sequence(bot)).toBe(2n);
    const all = { underlying: '', expirySeconds: 0n, series: '' };
    const cancels = { sender: chain.alice.address, subaccount: 0, ...all };
    const unordered = { unorderedUntilMs: chain.header.timeMs + 10_000 };
    const tx = botTx([anyOf(clob.MsgCancelAll, cancels)], unordered);
    expect(codeOf(chain.run(tx))).toBe('/0');
    expect(chain.refusal(tx)).toBe('runtime/4');
  });

  test('without a session, or of another owner, is refused', () => {
    expect(chain.refusal(botTx([bid()]))).toBe('sdk/8');
    grant({ key: chain.bob.address });
    expect(chain.refusal(botTx([bid()]))).toBe('sdk/8');
  });

  test('is refused at once when it is revoked, and old signatures do not come back', () => {
    grant();
    expect(run(bid())).toBe('/0');
    const kept = botTx([bid()]);
    revoke();
    expect(chain.refusal(kept)).toBe('sdk/8');
    expect(listed()).toEqual([]);
    grant();
    const used = botTx([bid()]);
    expect(codeOf(chain.run(used))).toBe('/0');
    expect(chain.refusal(used)).toBe('sdk/32');
  });

  test('is refused from the second on in which it ends, and then forgotten', () => {
    grant();
    chain.wait(Number(HOUR) * 1_000 - (chain.header.timeMs % 1_000) - 1);
    expect(run(bid(), 'check')).toBe('/0');
    chain.wait(1);
    expect(chain.refusal(botTx([bid()]))).toBe('sdk/8');
    chain.block();
    expect(chain.dump()).not.toMatch(/^sessions /m);
  });

  test('sends no transfers, deposits or grants, and pays nothing', () => {
    grant({ messages: [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE] });
    const deposit = { sender: chain.alice.address, subaccount: 0, amountUusd: 5_000_000n };
    for (const msg of [
      sendMsg(chain.alice, bot),
      anyOf(MsgDeposit, deposit),
      anyOf(MsgGrantSession, grantOf()),
      anyOf(MsgRevokeSession, { sender: chain.alice.address, key: bot.address }),
    ]) {
      expect(chain.refusal(botTx([bid(), msg], { gasLimit: 300_000n }))).toBe('sessions/2');
    }
    const paid = botTx([bid()], { fee: [{ denom: 'uusd', amount: '5' }], gasLimit: 200_000n });
    expect(chain.refusal(paid)).toBe('sdk/18');
  });

  test('of quotes may cancel but not order', () => {
    grant({ messages: [MessageClass.MESSAGE_CLASS_QUOTE] });
    expect(chain.refusal(botTx([bid()]))).toBe('sessions/2');
    const cancel = { sender: chain.alice.address, subaccount: 0, orderId: 99n, clientOrderId: '' };
    expect(run(anyOf(clob.MsgCancelOrder, cancel))).toBe('clob/11');
  });

  test('of quotes sets a group, quotes within its bounds, and arms the dead-man switch', () => {
    const who = { sender: chain.alice.address, subaccount: 0 };
    const group = anyOf(clob.MsgSetQuoteGroup, {
      ...{ ...who, group: 'g', underlying: 'BTC', quantityLimit: 2_000n, maxQuote: 1_000n },
      ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 1_000, freezeMs: 1_000 },
    });
    const quote = (priceUusd: bigint) => {
      const quotes = [{ series, bid: { priceUusd, quantity: 1_000n } }];
      return anyOf(clob.MsgMassQuote, { ...who, group: 'g', quotes });
    };
    grant();
    expect(run(group)).toBe('sessions/2');
    const messages = [MessageClass.MESSAGE_CLASS_QUOTE];
    grant({ messages, priceBandPpm: 10_000, dailyQuantity: 1_500n });
    expect([run(group), run(quote(above(series, 5n)))]).toEqual(['/0', 'sessions/5']);
    aMinute();
    expect([run(quote(1_000_000n)), run(quote(2_000_000n))]).toEqual(['/0', 'sessions/6']);
    aMinute();
    const cancel = anyOf(clob.MsgCancelQuotes, { ...who, group: '' });
    const arm = anyOf(clob.MsgDeadManSwitch, { ...who, timeoutMs: 5_000, everything: true });
    expect([run(cancel), run(arm)]).toEqual(['/0', '/0']);
    expect(
      run(
        anyOf(clob.MsgDeadManSwitch, {
          ...who,
          ...{ subaccount: 1, timeoutMs: 0 },
          everything: false,
        }),
      ),
    ).toBe('sessions/3');
    grant({ messages, underlyings: ['ETH'] });
    aMinute();
    expect(run(quote(1_000_000n))).toBe('sessions/4');
  });

  test('keeps to its subaccounts, underlyings, price band and size of a day', () => {
    grant({ priceBandPpm: 10_000, dailyQuantity: 2_500n });
    expect(run(bid({ subaccount: 1 }))).toBe('sessions/3');
    expect(run(bid({ priceUusd: above(series, 5n), quantity: 100n }))).toBe('sessions/5');
    expect([run(bid()), run(bid()), run(bid())]).toEqual(['/0', '/0', 'sessions/6']);
    aMinute();
    expect(run(bid({ quantity: 500n }))).toBe('/0');
    expect(listed()).toMatchObject([{ usedQuantity: 2_500n }]);
    grant({ underlyings: ['ETH'] });
    expect(run(bid())).toBe('sessions/4');
  });

  test('counts what a batch orders, each action with a result of its own', () => {
    grant({ dailyQuantity: 1_500n });
    const place = { ...clob.MsgPlaceOrder.decode(bid().value), sender: '' };
    const actions = [{ place }, { place }];
    const batch = { sender: chain.alice.address, subaccount: 0, actions };
    const { data } = chain.run(botTx([anyOf(clob.MsgBatch, batch)]));
    expect(Buffer.from(data).toString('latin1')).toContain('sessions');
    expect(listed()).toMatchObject([{ usedQuantity: 1_000n }]);
  });
});

describe('triggers', () => {
  const trigger = (): clob.TriggerLeg => ({
    on: clob.TriggerOn.TRIGGER_ON_INDEX,
    when: clob.TriggerWhen.TRIGGER_WHEN_BELOW,
    levelUusd: 1_000_000n,
    order: { ...clob.MsgPlaceOrder.decode(bid().value), sender: '' },
  });
  const waiting = (): number => {
    const path = '/tenor.clob.v1.Query/Triggers';
    const request = { owner: chain.alice.address, subaccount: 0 };
    const answer = chain.registry.queries.get(path)!(
      chain.view,
      clob.QueryTriggersRequest.encode(request),
    );
    return clob.QueryTriggersResponse.decode(answer).triggers.length;
  };

  test("are the owner's alone: a batch carries none, and a cancel-all leaves them", () => {
    grant();
    const sender = { sender: chain.alice.address, subaccount: 0 };
    owner(anyOf(clob.MsgPlaceTrigger, { ...sender, legs: [trigger()] }));
    const placeTrigger = { sender: '', subaccount: 0, legs: [trigger()] };
    const batch = { ...sender, actions: [{ placeTrigger }] };
    expect(chain.refusal(botTx([anyOf(clob.MsgBatch, batch)]))).toBe('sessions/2');
    expect(run(bid())).toBe('/0');
    const all = { ...sender, underlying: '', expirySeconds: 0n, series: '' };
    expect(run(anyOf(clob.MsgCancelAll, all))).toBe('/0');
    expect(waiting()).toBe(1);
    owner(anyOf(clob.MsgCancelAll, all));
    expect(waiting()).toBe(0);
  });
});

describe('a grant', () => {
  test.each<[string, Partial<MsgGrantSession>]>([
    ['to oneself', { key: '' }],
    ['of nothing', { messages: [] }],
    ['of no class', { messages: [MessageClass.MESSAGE_CLASS_NONE] }],
    ['for no subaccount', { subaccounts: [] }],
    ['for one twice', { subaccounts: [0, 0] }],
    ['for a name that is none', { underlyings: ['btc '] }],
    ['of a band over 100%', { priceBandPpm: 1_000_001 }],
    ['that is over', { expiresSeconds: 1n }],
    ['without end', { expiresSeconds: 99_999_999_999n }],
  ])('%s is refused', (_, changed) => {
    const key = changed.key === '' ? chain.alice.address : bot.address;
    const msg = anyOf(MsgGrantSession, grantOf({ ...changed, key }));
    const { code, codespace } = chain.run(chain.sign(chain.alice, [msg], { fee: FEE }));
    expect(`${codespace}/${code}`).toBe('sessions/7');
  });

  test('beyond the sixteenth is refused', () => {
    for (let i = 0; i < 16; i++) grant({ key: new UserKey(`bot ${i}`).address });
    const msg = anyOf(MsgGrantSession, grantOf());
    expect(codeOf(chain.run(chain.sign(chain.alice, [msg], { fee: FEE })))).toBe('sessions/8');
  });

  test('goes into genesis and back', () => {
    grant();
    const { genesis } = chain.registry.modules.find(({ name }) => name === 'sessions')!;
    const exported = genesis.export(chain.view);
    const other = new Execution((state) => (state['sessions'] = exported));
    const path = '/tenor.sessions.v1.Query/Sessions';
    const request = QuerySessionsRequest.encode({ owner: chain.alice.address });
    const answer = other.registry.queries.get(path)!(chain.view, request);
    expect(QuerySessionsResponse.decode(answer).sessions).toEqual(listed());
    expect(other.dump()).toMatch(/^sessions /m);
  });
});
