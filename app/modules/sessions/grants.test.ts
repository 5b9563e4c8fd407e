import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  MessageClass,
  QuerySessionsRequest,
  QuerySessionsResponse,
} from '../../../proto/gen/tenor.sessions.v1.ts';
import type { MsgGrantSession, Session } from '../../../proto/gen/tenor.sessions.v1.ts';
import { encodeAddress } from '../../lib/address.ts';
import { accountOf } from '../auth/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { DAY_S, KEY, OTHER, OWNER, START_S, Sessions, address, grantOf } from './fixture.ts';
import { sessionsModule } from './index.ts';
import { grantSession } from './msgs/grantSession.ts';
import { revokeSession } from './msgs/revokeSession.ts';
import { forgetOver, saveSession, sessionOf, sessionsOf } from './sessions.ts';
import { endings, sessions } from './state.ts';

const { MESSAGE_CLASS_NONE, MESSAGE_CLASS_ORDER, MESSAGE_CLASS_QUOTE } = MessageClass;
let at: Sessions;
beforeEach(() => {
  at = new Sessions();
});

describe('a grant', () => {
  test('ends within 90 days, and not yet', () => {
    const until = (seconds: number) =>
      refusalCode(() => at.grant({ expiresSeconds: BigInt(START_S + seconds) }));
    expect([0, 1, 90 * DAY_S, 90 * DAY_S + 1].map(until)).toEqual([
      ...['sessions/7', 'done', 'done', 'sessions/7'],
    ]);
  });

  test('is stored with its end, makes the account of the key, and says so', () => {
    const context = at.ctx();
    grantSession.execute(context, grantOf());
    const { sender: owner, ...scope } = grantOf();
    expect(sessionOf(at.ctx(), OWNER, KEY)).toEqual({ owner, ...scope, day: 0n, usedQuantity: 0n });
    expect(accountOf(at.ctx(), KEY)).toBeDefined();
    expect(context.events.map(({ type }) => type)).toContain('session_granted');
    const { attributes } = context.events.find(({ type }) => type === 'session_granted')!;
    expect(attributes).toMatchObject([
      { key: 'owner', value: OWNER, index: true },
      { key: 'key', value: KEY, index: true },
      { key: 'expires_seconds', value: String(START_S + 100) },
    ]);
    at.grant({ expiresSeconds: BigInt(START_S + 200) });
    expect([...endings.entries(at.ctx())].map(([[seconds]]) => seconds)).toEqual([
      BigInt(START_S + 200),
    ]);
    expect(broken()).toEqual([null]);
  });

  test('is one of sixteen, and those that are over do not count', () => {
    for (let n = 0; n < 16; n++) at.grant({ key: address(n + 10) });
    expect(refusalCode(() => at.grant())).toBe('sessions/8');
    // One that is there is changed.
    expect(refusalCode(() => at.grant({ key: address(12), dailyQuantity: 1n }))).toBe('done');
    at.timeMs += 100_000;
    const expiresSeconds = BigInt(START_S + 300);
    expect(refusalCode(() => at.grant({ expiresSeconds }))).toBe('done');
  });

  test.each<[string, Partial<MsgGrantSession>, string]>([
    ['an owner that is none', { sender: 'x' }, 'sdk'],
    ['a key that is none', { key: 'x' }, 'sdk'],
    ['the own key', { key: OWNER }, 'sessions/7'],
    ['no subaccount', { subaccounts: [] }, 'sessions/7'],
    ['no class', { messages: [] }, 'sessions/7'],
    ['a name of 12', { underlyings: ['ABCDEFGH1234'] }, 'done'],
    ['a name of 13', { underlyings: ['ABCDEFGH12345'] }, 'sessions/7'],
    ['a name of nothing', { underlyings: [''] }, 'sessions/7'],
    ['a name with more before it', { underlyings: ['x BTC'] }, 'sessions/7'],
    ['a name with more after it', { underlyings: ['BTC x'] }, 'sessions/7'],
    ['a good name and a bad one', { underlyings: ['BTC', 'btc'] }, 'sessions/7'],
    ['one underlying twice', { underlyings: ['BTC', 'BTC'] }, 'sessions/7'],
    ['no underlying', { underlyings: [] }, 'done'],
    ['sixteen subaccounts', { subaccounts: Array.from({ length: 16 }, (_, n) => n) }, 'done'],
    ['seventeen', { subaccounts: Array.from({ length: 17 }, (_, n) => n) }, 'sessions/7'],
    ['both classes', { messages: [MESSAGE_CLASS_ORDER, MESSAGE_CLASS_QUOTE] }, 'done'],
    ['one and none', { messages: [MESSAGE_CLASS_ORDER, MESSAGE_CLASS_NONE] }, 'sessions/7'],
    ['a class twice', { messages: [MESSAGE_CLASS_ORDER, MESSAGE_CLASS_ORDER] }, 'sessions/7'],
    ['a band of all', { priceBandPpm: 1_000_000 }, 'done'],
    ['a band of more', { priceBandPpm: 1_000_001 }, 'sessions/7'],
  ])('of %s', (_, changed, code) =>
    expect(refusalCode(() => grantSession.validate(grantOf(changed)))).toContain(code),
  );
});

const broken = () => Object.values(sessionsModule.invariants).map((check) => check(at.ctx()));

test('a list that is wrong is named', () => {
  const refused = (changed: Partial<MsgGrantSession>) => () =>
    grantSession.validate(grantOf(changed));
  expect(refused({ subaccounts: [] })).toThrow('subaccounts: at most 16, each once and none empty');
  expect(refused({ messages: [] })).toThrow('messages: at most');
  expect(refused({ underlyings: [''] })).toThrow('underlyings: at most');
});

describe('sessions', () => {
  test('are revoked by their owner alone, which is told', () => {
    at.grant();
    const revoke = (sender: string, key = KEY) => {
      const context = at.ctx();
      revokeSession.validate({ sender, key });
      revokeSession.execute(context, { sender, key });
      return context.events;
    };
    expect(refusalCode(() => revoke(OTHER))).toBe('sessions/1');
    for (const bad of [() => revoke('x'), () => revoke(OWNER, 'x')]) {
      expect(refusalCode(bad)).toContain('sdk');
    }
    expect(revoke(OWNER)).toMatchObject([
      {
        type: 'session_revoked',
        attributes: [
          { key: 'owner', value: OWNER, index: true },
          { key: 'key', value: KEY, index: true },
        ],
      },
    ]);
    expect([...endings.entries(at.ctx())]).toEqual([]);
    expect(refusalCode(() => revoke(OWNER))).toBe('sessions/1');
  });

  test('are forgotten once they are over, a thousand in a block', () => {
    const { sender: owner, ...scope } = grantOf();
    const session: Session = { ...scope, owner, day: 0n, usedQuantity: 0n };
    for (let n = 0; n < 1_001; n++) {
      const key = encodeAddress(
        Uint8Array.from({ length: 20 }, (_, i) => (i < 2 ? n >> (8 * i) : 7)),
      );
      saveSession(at.ctx(), { ...session, key });
    }
    saveSession(at.ctx(), { ...session, key: KEY, expiresSeconds: BigInt(START_S + 101) });
    at.timeMs += 99_999;
    forgetOver(at.ctx());
    expect(sessionsOf(at.ctx(), OWNER)).toHaveLength(1_002);
    at.timeMs += 1;
    forgetOver(at.ctx());
    expect(sessionsOf(at.ctx(), OWNER)).toHaveLength(2);
    expect([...endings.entries(at.ctx())]).toHaveLength(2);
    forgetOver(at.ctx());
    expect(sessionsOf(at.ctx(), OWNER).map(({ key }) => key)).toEqual([KEY]);
    expect(broken()).toEqual([null]);
  });

  test('that are over are not listed', () => {
    at.grant();
    at.grant({ key: OTHER, expiresSeconds: BigInt(START_S + 50) });
    at.timeMs += 50_000;
    const ask = sessionsModule.queries['/tenor.sessions.v1.Query/Sessions']!;
    const answer = ask(at.ctx(), QuerySessionsRequest.encode({ owner: OWNER }));
    expect(QuerySessionsResponse.decode(answer).sessions.map(({ key }) => key)).toEqual([KEY]);
  });

  test('of a genesis are of addresses, and each once', () => {
    at.grant();
    const { genesis } = sessionsModule;
    const exported = genesis.export(at.ctx()) as { sessions: object[] };
    const validate = (...given: object[]) => {
      genesis.validate({ ...exported, sessions: given });
    };
    const [one] = exported.sessions;
    validate(one!, { ...one, key: OTHER }, { ...one, owner: OTHER });
    const copy = new Sessions();
    genesis.init(copy.ctx(), exported);
    expect(genesis.export(copy.ctx())).toEqual(exported);
    expect([...endings.entries(copy.ctx())]).toEqual([...endings.entries(at.ctx())]);
    expect(() => validate(one!, one!)).toThrow('two sessions of');
    expect(() => validate({ ...one, owner: 'x' })).toThrow('a bad address');
    expect(() => validate({ ...one, key: 'x' })).toThrow('a bad address');
  });

  test('and their endings are compared', () => {
    at.grant();
    const key = [...sessions.entries(at.ctx())][0]![0];
    endings.set(at.ctx(), [1n, ...key], true);
    expect(broken()).toEqual(['2 endings of 1 sessions']);
    endings.delete(at.ctx(), [1n, ...key]);
    endings.delete(at.ctx(), [BigInt(START_S + 100), ...key]);
    expect(broken()).toEqual(['a session never ends']);
  });
});
