import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as accounts from '../../../proto/gen/tenor.accounts.v1.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { MsgBidLiquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import {
  accountsModule,
  applyTrade,
  changeCash,
  fundOf,
  getSubaccount,
} from '../accounts/index.ts';
import { openSubaccount, setMode } from '../accounts/index.ts';
import { userAddress } from '../accounts/fixture.ts';
import { cancelAllOrders } from '../clob/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, eventsOf } from '../clob/fixture.ts';
import { marginModule, marginOf } from '../margin/index.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import type { MsgHandler } from '../../runtime/module.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';
import { liquidationErrors } from './errors.ts';
import { liquidationModule } from './index.ts';
import { flags } from './state.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 15);
/** One seed: which refusals a run meets is part of what it asserts. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 7);
const CONTRACT = 10_000n;
const SCHEDULE = { fastBlocks: 4, slowBlocks: 6, insolventBlocks: 4 };
const LENGTH = 4 + 6 + 4;

const handlers: readonly MsgHandler[] = [
  ...liquidationModule.msgs,
  ...accountsModule.msgs,
  ...marginModule.msgs,
];
const handlerOf = (name: string): MsgHandler =>
  handlers.find(({ codec }) => codec.typeUrl.endsWith(`.${name}`))!;

/** A message as a transaction runs it: a refusal leaves nothing behind. */
function send(chain: LiquidationChain, name: string, msg: object): string {
  const { ctx } = chain;
  const handler = handlerOf(name);
  const [mark, events] = [ctx.state.mark(), ctx.events.length];
  const code = refusalCode(() => {
    handler.validate(msg);
    handler.execute(ctx, msg);
  });
  if (code !== 'done') {
    ctx.state.rollback(mark);
    ctx.events.length = events;
  }
  return code;
}

const edge32 = fc.constantFrom(0, 1, 50_000_000, 1_000_000_000, 1_000_000_001, 2 ** 32 - 1);
const edge64 = fc.constantFrom(0n, 1n, 5_000_000n, 1n << 40n, (1n << 63n) - 1n, (1n << 64n) - 1n);
const user = fc.integer({ min: 0, max: 4 });

interface Act {
  readonly name: string;
  readonly user: number;
  readonly small: number;
  readonly ppb: number;
  readonly limit: number;
  readonly amount: bigint;
  readonly isCurrent: boolean;
}

const act: fc.Arbitrary<Act> = fc.record({
  name: fc.constantFrom(
    ...['MsgBidLiquidation', 'MsgBidLiquidation', 'MsgBidLiquidation', 'MsgDeposit'],
    ...['MsgUnderwrite', 'MsgWithdrawUnderwriting', 'MsgWithdraw', 'MsgSetMarginMode'],
  ),
  ...{ user, small: fc.integer({ min: 0, max: 6 }) },
  ppb: fc.oneof(fc.integer({ min: 1, max: 1_000_000_000 }), edge32),
  limit: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), edge32),
  amount: edge64,
  isCurrent: fc.boolean(),
});

function messageOf(chain: LiquidationChain, a: Act): object {
  const base = { sender: userAddress(a.user), subaccount: a.small % 2 };
  const version = chain.flag(1)?.auction?.version ?? 0n;
  const bid: MsgBidLiquidation = {
    ...{ ...base, liquidatedId: a.isCurrent ? idOf(1) : BigInt(a.small) },
    ...{ version: a.isCurrent ? version : a.amount, fractionPpb: a.ppb, limitPpm: a.limit },
    leastPayoutUusd: a.amount,
  };
  return {
    ...bid,
    ...{ amountUusd: a.amount, underlying: ['BTC', 'ETH', ''][a.small % 3]!, shares: a.amount },
    mode: a.small,
  };
}

const codes = new Set(Object.keys(liquidationErrors).map((_, i) => `liquidation/${i + 1}`));

test('whatever users send, nothing breaks and nobody keeps an account flagged', () => {
  const seen = new Set<string>();
  const story = fc.array(fc.array(act, { minLength: 2, maxLength: 8 }), {
    ...{ minLength: 3 * LENGTH, maxLength: 3 * LENGTH },
  });
  fc.assert(
    fc.property(story, fc.integer({ min: 12_000, max: 30_000 }), (blocks, cashUsd) => {
      const chain = LiquidationChain.create(
        [400_000n, BigInt(cashUsd), 300_000n, 300_000n, 500n],
        SCHEDULE,
      );
      chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
      chain.moveTo(75_000n);
      let since = 0;
      for (const [i, acts] of blocks.entries()) {
        for (const a of acts) {
          const code = send(chain, a.name, messageOf(chain, a));
          seen.add(code);
          const isOwn = !code.startsWith('liquidation/') || codes.has(code);
          expect([code, isOwn]).toEqual([code, true]);
        }
        const ended = chain.block();
        if (eventsOf(ended, 'liquidation_flagged').length > 0) since = i;
        const flagged = chain.flag(1) !== undefined;
        // At the latest then it holds nothing that could be sold.
        const isOver = i - since > LENGTH + 1;
        const open = getSubaccount(chain.ctx, idOf(1))!.positions;
        expect(flagged && isOver && open > 0).toBe(false);
        expect(chain.broken()).toEqual([]);
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  // It says nothing unless bids were taken and refused in most ways.
  expect(seen).toContain('done');
  for (const code of [1, 3, 4, 5, 9]) expect([...seen]).toContain(`liquidation/${code}`);
});

test('what makes no sense is refused by name', () => {
  const chain = LiquidationChain.create([400_000n, 30_000n, 300_000n, 300_000n]);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.moveTo(75_000n);
  chain.block();
  const good = {
    ...{ sender: userAddress(2), subaccount: 0, liquidatedId: idOf(1), fractionPpb: 50_000_000 },
    ...{ version: chain.flag(1)!.auction!.version, limitPpm: 960_000, leastPayoutUusd: 0n },
  };
  const bid = (changed: Partial<MsgBidLiquidation>) =>
    send(chain, 'MsgBidLiquidation', { ...good, ...changed });
  expect(bid({ liquidatedId: idOf(0) })).toBe('liquidation/1');
  chain.clob.accounts.open(1, 90_000n * USD, 1);
  expect(bid({ sender: userAddress(1), subaccount: 1 })).toBe('liquidation/2');
  expect(bid({ version: good.version - 1n })).toBe('liquidation/3');
  for (const fractionPpb of [0, 1_000_000_001, 2 ** 32 - 1]) {
    expect(bid({ fractionPpb })).toBe('liquidation/4');
  }
  for (const limitPpm of [1_000_001, 2 ** 32 - 1]) expect(bid({ limitPpm })).toBe('liquidation/4');
  expect(bid({ sender: 'tenor1nobody' })).toMatch(/^sdk\//);
  // The same bid again is one bid: it takes the place of the first.
  expect([bid({}), bid({})]).toEqual(['done', 'done']);
  const held = chain.held(2);
  expect(eventsOf(chain.block(), 'liquidation_bid')).toHaveLength(1);
  expect(held - chain.held(2)).toBe(CONTRACT / 10n);
  // Dust and nothing do not enter a fund, which nobody can make dear by giving to it.
  const underwrite = (amountUusd: bigint, underlying = 'BTC') =>
    send(chain, 'MsgUnderwrite', { sender: userAddress(3), underlying, amountUusd });
  expect([0n, 1n, 999_999n].map((amount) => underwrite(amount))).toEqual(
    Array.from({ length: 3 }, () => 'accounts/9'),
  );
  expect(underwrite(1_000n * USD, 'DOGE')).toMatch(/^options\//);
  const { balanceUusd, shares } = fundOf(chain.ctx, 1);
  const msg: accounts.MsgDeposit = { sender: userAddress(3), subaccount: 0, amountUusd: 1n };
  expect(send(chain, 'MsgDeposit', msg)).toBe('accounts/3');
  expect(fundOf(chain.ctx, 1)).toMatchObject({ balanceUusd, shares });
  expect(chain.broken()).toEqual([]);
});

test('a wall of bids pulled in front of a hundred long accounts moves nobody’s margin', () => {
  const LONGS = 100;
  const chain = LiquidationChain.create([900_000n, 900_000n]);
  for (const usd of [65_000n, 63_000n, 64_000n]) chain.moveTo(usd);
  const { ctx } = chain;
  const [long, cover] = [CALL, 'BTC-17NOV26-65000-C'].map((s) => mustSeriesBySymbol(ctx, s).id);
  changeCash(ctx, idOf(0), -BigInt(LONGS) * 100n * USD);
  const ids = Array.from({ length: LONGS }, (_, n) => openSubaccount(ctx, userAddress(9), n).id);
  for (const id of ids) {
    // Long a call, short a part of a higher one, with next to no cash: its longs are what it has.
    changeCash(ctx, id, 100n * USD);
    setMode(ctx, id, MarginMode.MARGIN_MODE_PORTFOLIO);
    const trade = { buyerId: id, sellerId: idOf(0), premiumUusd: 0n };
    applyTrade(ctx, { ...trade, seriesId: long!, quantity: CONTRACT });
    applyTrade(ctx, {
      ...{ seriesId: cover!, buyerId: idOf(0), sellerId: id, premiumUusd: 0n },
      quantity: CONTRACT / 2n,
    });
  }
  const bidUsd = Math.floor(chain.mark(CALL) / 5) * 5;
  chain.clob.place(1, 'buy', bidUsd, {
    ...{ series: CALL, quantity: 100n * CONTRACT, timeInForce: TimeInForce.TIME_IN_FORCE_GTC },
  });
  const before = ids.map((id) => marginOf(chain.ctx, id));
  const mark = chain.mark(CALL);
  expect(cancelAllOrders(chain.ctx, idOf(1), 'requested')).toBe(1);
  const after = ids.map((id) => marginOf(chain.ctx, id));
  expect(after).toEqual(before);
  expect(before.every(({ maintenanceUusd }) => maintenanceUusd > 0n)).toBe(true);
  const ended = chain.block();
  expect(eventsOf(ended, 'liquidation_flagged')).toEqual([]);
  expect([...flags.entries(chain.ctx)]).toEqual([]);
  expect(chain.mark(CALL)).toBe(mark);
  expect(chain.broken()).toEqual([]);
});
