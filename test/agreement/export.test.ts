import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultOptionsGenesis } from '../../app/modules/options/index.ts';
import { settlements } from '../../app/modules/accounts/state.ts';
import { series as seriesStore } from '../../app/modules/options/state.ts';
import { orders as orderStore, infos } from '../../app/modules/clob/state.ts';
import {
  MsgCancelAll,
  MsgCancelOrder,
  PostOnly,
  SelfTrade,
} from '../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { QueryMarksRequest, QueryMarksResponse } from '../../proto/gen/tenor.margin.v1.ts';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { MsgScheduleUpgrade } from '../../proto/gen/tenor.runtime.v1.ts';
import { WrongProgram } from '../../app/runtime/upgrade/index.ts';
import { toJson } from '../../proto/json.ts';
import { Execution, sendMsg } from '../harness/execution.ts';
import { exported, initChainOf } from '../harness/genesis.ts';
import { anyOf, UserKey } from '../harness/keys.ts';
import type { AnyMsg } from '../harness/keys.ts';
import { Side, depositMsg, modeMsg, orderMsg } from '../harness/trading.ts';

const USERS = ['alice', 'bob', 'carol'].map((name) => new UserKey(name));
const MARKET = { btc: 64_000, eth: 3_200, vol: 0.6 };
const COINS = [
  { denom: 'uusd', amount: '200000000000' },
  { denom: 'utenor', amount: '1000000000' },
];

/** Old enough that series are about to expire, or not. */
function newChain(ageMs = 0, maxSettlementsPerBlock = 100): Execution {
  const chain = new Execution((state) => {
    const bank = state['bank'] as { balances: object[] };
    const authority = bank.balances[1]!;
    bank.balances = [...USERS.map(({ address }) => ({ address, coins: COINS })), authority];
    const options = defaultOptionsGenesis('fast-expiry');
    const params = { ...options.params!, maxSettlementsPerBlock };
    state['options'] = toJson({ ...options, params });
  });
  for (let i = 0; i < 4; i++) chain.block();
  for (let ms = 0; ms < ageMs; ms += 5_000) chain.block([], MARKET, 5_000);
  chain.block(USERS.map((user) => chain.sign(user, [depositMsg(user, 4_000)])));
  return chain;
}

/** What one person does in a block. */
const action = fc.record({
  user: fc.nat(2),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('order' as const) },
    fc.constantFrom('close', 'mode', 'cancel', 'cancelAll', 'nonce'),
    fc.constantFrom('close', 'mode', 'cancel', 'nonce'),
  ),
  series: fc.nat(5),
  isBuy: fc.boolean(),
  lots: fc.integer({ min: 1, max: 40 }),
  steps: fc.integer({ min: -4, max: 4 }),
  named: fc.boolean(),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
const block = fc.record({
  actions: fc.array(action, { maxLength: 4 }),
  index: fc.integer({ min: 58_000, max: 70_000 }),
  hasVotes: fc.constantFrom(true, true, true, false),
  afterMs: fc.constantFrom(1_000, 1_000, 4_000, 9_000),
});
const age = fc.constantFrom(0, 60_000, 100_000);
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never;

function messageOf(chain: Execution, user: UserKey, a: Action): AnyMsg | undefined {
  const series = [...seriesStore.entries(chain.ctx)].map(([, s]) => s)[a.series];
  if (a.kind === 'mode') {
    const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
    return modeMsg(user, a.isBuy ? MARGIN_MODE_PORTFOLIO : MARGIN_MODE_STANDARD);
  }
  if (a.kind === 'nonce') return sendMsg(user, USERS[(a.user + 1) % 3]!);
  const sender = { sender: user.address, subaccount: 0 };
  if (a.kind === 'cancelAll') {
    return anyOf(MsgCancelAll, { ...sender, underlying: 'BTC', expirySeconds: 0n, series: '' });
  }
  if (a.kind === 'cancel') {
    const [orderId] = [...orderStore.entries(chain.ctx)].map(([id]) => id).slice(a.series);
    return orderId === undefined
      ? undefined
      : anyOf(MsgCancelOrder, { ...sender, orderId, clientOrderId: '' });
  }
  if (series === undefined) return undefined;
  const side = a.isBuy ? Side.SIDE_BUY : Side.SIDE_SELL;
  return orderMsg(
    user,
    { series: series.symbol, side, size: a.lots / 20, price: 400 + 25 * a.steps },
    {
      postOnly: a.steps > 2 ? PostOnly.POST_ONLY_REJECT : PostOnly.POST_ONLY_NONE,
      selfTrade: a.lots % 2 === 0 ? SelfTrade.SELF_TRADE_EXPIRE_BOTH : 0,
      clientOrderId: a.named ? `${a.lots}` : '',
      reduceOnly: a.kind === 'close',
    },
  );
}

function transactions(chain: Execution, { actions }: Block): Uint8Array[] {
  const busy = new Set<number>();
  return actions.flatMap((a, i) => {
    const user = USERS[a.user]!;
    const message = messageOf(chain, user, a);
    const unordered = a.kind === 'nonce';
    if (message === undefined || (busy.has(a.user) && !unordered)) return [];
    busy.add(a.user);
    const until = { unorderedUntilMs: chain.header.timeMs + 60_000 + i };
    return [chain.sign(user, [message], unordered ? until : {})];
  });
}

const market = ({ index, hasVotes }: Block) => (hasVotes ? { ...MARKET, btc: index } : null);

function run(chain: Execution, b: Block, txs = transactions(chain, b)): void {
  chain.block(txs, market(b), b.afterMs);
}

function brokenInvariants({ registry, view }: Execution): string[] {
  return registry.modules.flatMap(({ invariants }) =>
    Object.values(invariants).flatMap((holds) => holds(view) ?? []),
  );
}

/**
 * All that is stored or derived, exported or not; but the pages of books, for an order that is
 * placed again has its rank and not the sequence it once got, the next of these, and since when a
 * set signs.
 */
const stored = (chain: Execution) =>
  chain
    .dump()
    .split('\n')
    .filter((line) => !/^(clob 01|clob 0c|staking 02)/.test(line));

/** Exports, imports, and gives both chains the same further blocks. */
function expectToGoOn(chain: Execution, after: readonly Block[]): AppState {
  const text = exported(chain.registry, chain.version);
  const imported = new Execution(undefined, initChainOf(text));
  expect(exported(imported.registry, imported.version)).toBe(text);
  // The first block of a chain carries no votes.
  for (const each of [chain, imported]) each.block([], null, 1_000);
  expect(brokenInvariants(imported)).toEqual([]);
  for (const b of after) {
    const txs = transactions(chain, b);
    for (const each of [chain, imported]) run(each, b, txs);
    expect(imported.last).toEqual(chain.last);
  }
  const [one, other] = [chain, imported].map((each) => exported(each.registry, each.version));
  expect(other).toBe(one);
  expect(stored(imported)).toEqual(stored(chain));
  return (JSON.parse(text) as { app_state: AppState }).app_state;
}

test('a chain goes on from its exported genesis as if nothing had happened', () => {
  const seen = {
    ...{ orders: 0, books: 0, samples: 0, nonces: 0, trades: 0, positions: 0 },
    portfolios: 0,
  };
  const blocks = (most: number) => fc.array(block, { minLength: 2, maxLength: most });
  fc.assert(
    fc.property(age, blocks(50), blocks(8), (ageMs, before, after) => {
      const chain = newChain(ageMs);
      for (const b of before) run(chain, b);
      const { auth, accounts, clob, options } = expectToGoOn(chain, after);
      seen.nonces += auth.nonces.length;
      seen.books += clob.books.filter(({ orders }) => orders.length > 1).length;
      seen.orders += clob.books.flatMap(({ orders }) => orders).length;
      seen.trades += clob.trades.length;
      seen.positions += accounts.positions.length;
      seen.portfolios += accounts.subaccounts.filter(({ mode }) => mode === 1).length;
      seen.samples += options.samples.length;
    }),
    { numRuns: 10, seed: 8 },
  );
  // What the property is about was there.
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
});

test('a chain goes on from a liquidation, and from an expiry that waits for its price', () => {
  const chain = newChain();
  const [alice, bob] = USERS as [UserKey, UserKey];
  const listed = [...seriesStore.entries(chain.ctx)].map(([, s]) => s);
  const { symbol } = listed.filter((s) => s.symbol.endsWith('-64000-C')).at(-1)!;
  const price = markOf(chain, symbol);
  const order = { series: symbol, size: 0.4, price };
  const trade = chain.block([
    chain.sign(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]),
    chain.sign(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]),
  ]);
  expect(trade.map(({ log }) => log)).toEqual(['', '']);
  for (let i = 0; i < 3; i++) chain.block([], { ...MARKET, btc: 72_000 });
  const [{ expirySeconds }] = listed as [(typeof listed)[0]];
  const last = Number(expirySeconds) * 1_000 + 5_000 - chain.header.timeMs;
  chain.block([], null, last);
  const quiet = { actions: [], index: 72_000, hasVotes: true, afterMs: 1_000 as const };
  const { liquidation, options } = expectToGoOn(chain, Array<Block>(30).fill(quiet));
  expect(liquidation.flags).toHaveLength(1);
  expect(options.expiries.map(({ status }) => status)).toContain(2);
});

test('a chain goes on from an expiry of which some are paid, and others not yet', () => {
  const chain = newChain(0, 1);
  const [alice, bob, carol] = USERS as [UserKey, UserKey, UserKey];
  const [{ symbol, expirySeconds }] = [...seriesStore.entries(chain.ctx)].map(([, s]) => s) as [
    Series,
  ];
  const order = { series: symbol, price: markOf(chain, symbol) };
  const traded = chain.block([
    chain.sign(alice, [orderMsg(alice, { ...order, size: 0.2, side: Side.SIDE_SELL })]),
    chain.sign(bob, [orderMsg(bob, { ...order, size: 0.1, side: Side.SIDE_BUY })]),
    chain.sign(carol, [orderMsg(carol, { ...order, size: 0.1, side: Side.SIDE_BUY })]),
  ]);
  expect(traded.map(({ log }) => log)).toEqual(['', '', '']);
  while (chain.header.timeMs <= Number(expirySeconds) * 1_000) chain.block([], MARKET, 4_000);
  while ([...settlements.entries(chain.ctx)].length === 0) chain.block();
  const quiet = { actions: [], index: 64_000, hasVotes: true, afterMs: 1_000 as const };
  const { accounts } = expectToGoOn(chain, Array<Block>(6).fill(quiet));
  expect(accounts.settlements).toMatchObject([{ accounts: '1' }]);
  expect(accounts.positions).toHaveLength(2);
  expect([...settlements.entries(chain.ctx)]).toEqual([]);
});

/** The mark in whole USD, on the tick. */
function markOf(chain: Execution, symbol: string): number {
  const answer = chain.registry.queries.get('/tenor.margin.v1.Query/Marks')!;
  const request = { underlying: '', expirySeconds: 0n, symbol };
  const { marks } = QueryMarksResponse.decode(
    answer(chain.view, QueryMarksRequest.encode(request)),
  );
  return Math.max(5, Math.round(Number(marks[0]!.markUusd) / 5e6) * 5);
}

interface AppState {
  auth: { nonces: unknown[] };
  accounts: { subaccounts: { mode: number }[]; positions: unknown[]; settlements: unknown[] };
  clob: { books: { orders: unknown[] }[]; trades: unknown[] };
  liquidation: { flags: unknown[] };
  options: { samples: unknown[]; expiries: { status: number }[] };
}

test('a new chain may begin at height 1: heights move along, and what was never stays so', () => {
  const chain = newChain();
  const [book] = [...infos.entries(chain.ctx)];
  expect(book).toBeUndefined();
  const text = exported(chain.registry, chain.version, 1);
  const file = JSON.parse(text) as { app_state: { oracle: { prices: { height: string }[] } } };
  expect(file.app_state.oracle.prices[0]!.height).toBe('-1');
  const imported = new Execution(undefined, initChainOf(text));
  expect(imported.header.height).toBe(0);
  imported.block([], null);
  imported.block();
  expect(imported.header.height).toBe(2);
  expect(brokenInvariants(imported)).toEqual([]);
});

test('an upgrade that is due waits for the first block of the new chain', () => {
  const chain = newChain();
  const { authority } = chain;
  const plan = { name: 'v9', height: BigInt(chain.header.height + 2), info: '' };
  const msg = anyOf(MsgScheduleUpgrade, { authority: authority.address, plan });
  expect(chain.block([chain.sign(authority, [msg])])).toMatchObject([{ code: 0 }]);
  for (const initialHeight of [undefined, 1]) {
    const text = exported(chain.registry, chain.version, initialHeight);
    const imported = new Execution(undefined, initChainOf(text));
    if (initialHeight === undefined) {
      expect(exported(imported.registry, imported.version)).toBe(text);
    }
    imported.block([], null);
    expect(() => imported.block()).toThrow(WrongProgram);
  }
});
