import { expect, test } from '@jest/globals';
import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import { MsgUpdateParams } from '../../proto/gen/tenor.runtime.v1.ts';
import { replayExplained } from '../../app/modules/margin/core/index.ts';
import { defaultMarginGenesis } from '../../app/modules/margin/index.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import * as trading from '../harness/trading.ts';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const RUNS = Number(process.env['PORTFOLIO_RUNS'] ?? 1);
const SEED = Number(process.env['PORTFOLIO_SEED'] ?? 1);
const BLOCKS = 24;
/** Heights back at which a margin must still be what it was. */
const LATER = 4;
const NOT_KEPT = 38;
const NAMES = ['alice', 'bob', 'carol'] as const;
const FEE = { gasLimit: 3_000_000n, fee: [{ denom: 'utenor', amount: '3000' }] } as const;

const user = fc.constantFrom(...NAMES);
const order = fc.record({
  kind: fc.constant('order' as const),
  user,
  series: fc.nat(15),
  isBuy: fc.boolean(),
  /** Of the mark. */
  price: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
  lots: fc.integer({ min: 1, max: 30 }),
});
const mode = fc.record({ kind: fc.constant('mode' as const), user, isPortfolio: fc.boolean() });
const withdrawal = fc.record({
  kind: fc.constant('withdraw' as const),
  user,
  usd: fc.integer({ min: 1, max: 20_000 }),
});
const governance = fc.record({
  kind: fc.constant('govern' as const),
  stepPpm: fc.integer({ min: 30_000, max: 55_000 }),
  tails: fc.integer({ min: 1, max: 8 }),
  /** What comes after it in the transaction is judged by it, and takes it back by failing. */
  isUndone: fc.boolean(),
});
const block = fc.record({
  actions: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: order },
      { weight: 2, arbitrary: mode },
      { weight: 1, arbitrary: withdrawal },
      { weight: 2, arbitrary: governance },
    ),
    { minLength: 2, maxLength: 5 },
  ),
  /** Fast expiries come every few minutes. */
  afterMs: fc.constantFrom(1_000, 5_000, 5_000, 40_000),
  btc: fc.double({ min: 0.97, max: 1.03, noNaN: true }),
  vol: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
});
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never;
type Action = Block['actions'][number];

/** Everybody's margin as a node answers at a height; undefined when it does not keep that. */
function marginsAt(chain: TestChain, node: number, height: number): string | undefined {
  const answers = NAMES.map((name) => {
    const data = margin.QueryMarginRequest.encode({ owner: chain.user(name).address, number: 0 });
    return chain.nodes[node]!.app.answer('/tenor.margin.v1.Query/Margin', data, height);
  });
  if (answers.some(({ code }) => code === NOT_KEPT)) return undefined;
  expect(answers.map(({ log }) => log)).toEqual(['', '', '']);
  return answers.map(({ value }) => Buffer.from(value).toString('hex')).join();
}

function governed(authority: UserKey, stepPpm: number, tails: number): AnyMsg {
  const { params } = defaultMarginGenesis();
  const underlyings = params!.underlyings.map((u) => {
    const tailsPpm = u.portfolio!.tailsPpm.slice(0, tails);
    return { ...u, portfolio: { ...u.portfolio!, stepPpm, tailsPpm } };
  });
  const bytes = margin.Params.encode({ ...params!, underlyings });
  return anyOf(MsgUpdateParams, {
    ...{ authority: authority.address, module: 'margin', params: bytes },
  });
}

function orderOf(chain: TestChain, action: Extract<Action, { kind: 'order' }>): AnyMsg | undefined {
  const listed = trading.seriesOf(chain, action.series % 4 === 0 ? 'ETH' : 'BTC');
  const series = listed[(action.series * 7) % listed.length]!.symbol;
  const usd = Math.round(trading.markOf(chain, series) * action.price);
  const price = Math.max(usd - (usd % 50), 5);
  const side = action.isBuy ? trading.Side.SIDE_BUY : trading.Side.SIDE_SELL;
  return trading.orderMsg(chain.user(action.user), {
    ...{ series, side, size: action.lots / 10, price },
  });
}

/** The signed transactions of a block, one a signer. */
function transactions(chain: TestChain, actions: readonly Action[]): Uint8Array[] {
  const bySigner = new Map<UserKey, AnyMsg[]>();
  for (const action of actions) {
    const signer = action.kind === 'govern' ? chain.authority : chain.user(action.user);
    const msgs = bySigner.get(signer) ?? [];
    bySigner.set(signer, msgs);
    if (action.kind === 'govern') {
      msgs.push(governed(signer, action.stepPpm, action.tails));
      // More than it can margin.
      const series = trading.seriesOf(chain, 'BTC')[0]!.symbol;
      const sale = { series, side: trading.Side.SIDE_SELL, size: 900, price: 100_000 };
      if (action.isUndone) msgs.push(trading.orderMsg(signer, sale));
    } else if (action.kind === 'mode') {
      const to = action.isPortfolio ? MARGIN_MODE_PORTFOLIO : MARGIN_MODE_STANDARD;
      msgs.push(trading.modeMsg(signer, to));
    } else if (action.kind === 'withdraw') msgs.push(trading.withdrawMsg(signer, action.usd));
    else msgs.push(orderOf(chain, action)!);
  }
  return [...bySigner].map(([signer, msgs]) => chain.sign(signer, msgs, FEE));
}

/** Warms what the first node remembers of its last state, and of copies of it. */
function ask(chain: TestChain, txs: readonly Uint8Array[], actions: readonly Action[]): void {
  const { app } = chain.node;
  for (const action of actions) {
    if (action.kind !== 'order') continue;
    const { value } = orderOf(chain, action)!;
    const data = clob.QueryWhatIfRequest.encode({ order: clob.MsgPlaceOrder.decode(value) });
    app.answer('/tenor.clob.v1.Query/WhatIf', data, 0);
  }
  for (const tx of txs) app.checkTx({ tx, type: CheckTxType.NEW });
}

interface Seen {
  ok: number;
  refused: number;
  /** Explanations computed again, and margins asked for again later. */
  replayed: number;
  compared: number;
}

async function run(blocks: readonly Block[], seen: Seen): Promise<void> {
  const chain = await TestChain.start({ preset: 'fast-expiry', users: NAMES });
  try {
    for (let i = 0; i < 4; i++) await chain.block();
    const all = [...chain.users.values(), chain.authority];
    const first = all.map((u) => chain.sign(u, [trading.depositMsg(u, 60_000)], FEE));
    await chain.block({ txs: first });
    const answers = new Map<number, string>();
    for (const { actions, afterMs, btc, vol } of blocks) {
      const { market } = chain;
      chain.market = { btc: market.btc * btc, eth: market.eth, vol: market.vol * vol };
      const txs = transactions(chain, actions);
      ask(chain, txs, actions);
      const { txResults } = await chain.block({ txs, afterMs });
      for (const { code } of txResults.slice(1)) seen[code === 0 ? 'ok' : 'refused'] += 1;
      const now = marginsAt(chain, 0, chain.height)!;
      for (const node of [1, 2, 3]) expect(marginsAt(chain, node, chain.height)).toBe(now);
      answers.set(chain.height, now);
      const before = answers.get(chain.height - LATER);
      for (const node of before === undefined ? [] : [0, 2]) {
        const then = marginsAt(chain, node, chain.height - LATER);
        if (then === undefined) continue;
        expect(then).toBe(before);
        seen.compared += 1;
      }
      for (const name of NAMES) {
        const explanation = trading.explanationOf(chain, chain.user(name));
        if (explanation === undefined) continue;
        const replayed = replayExplained(explanation);
        const { initialUusd, maintenanceUusd } = trading.marginOf(chain, chain.user(name));
        expect(replayed.initialMarginUusd).toBe(initialUusd);
        expect(replayed.maintenanceMarginUusd).toBe(maintenanceUusd);
        seen.replayed += explanation.underlyings.length > 0 ? 1 : 0;
      }
    }
  } finally {
    await chain.close();
  }
}

test('margins are the same on every node, later, and by anybody who computes them', async () => {
  const runs = fc.sample(fc.array(block, { minLength: BLOCKS, maxLength: BLOCKS }), {
    ...{ numRuns: RUNS, seed: SEED },
  });
  const seen = { ok: 0, refused: 0, replayed: 0, compared: 0 };
  for (const blocks of runs) await run(blocks, seen);
  // It says nothing if nothing happens.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});
