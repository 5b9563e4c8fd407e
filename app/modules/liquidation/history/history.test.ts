import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Params } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL } from '../../clob/fixture.ts';
import { marginOf } from '../../margin/index.ts';
import { LiquidationChain, idOf } from '../fixture.ts';
import { genesis } from '../genesis.ts';
import { liquidationModule } from '../index.ts';

const CONTRACT = 10_000n;

/** User 1 is short two calls of user 0's, and in breach at the end of this block. */
function breached(cashUsd: bigint, params: Partial<Params> = {}): LiquidationChain {
  const chain = LiquidationChain.create([200_000n, cashUsd, 300_000n], params);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.clob.indexUusd = 75_000_000_000n;
  chain.block();
  return chain;
}

function ask(chain: LiquidationChain, asked: Partial<pb.QueryStepsRequest> = {}) {
  const answer = liquidationModule.queries['/tenor.liquidation.v1.Query/Steps']!;
  const request = { subaccountId: idOf(1), owner: '', number: 0, after: 0n, limit: 0, ...asked };
  return pb.QueryStepsResponse.decode(answer(chain.ctx, pb.QueryStepsRequest.encode(request)));
}

const kinds = (chain: LiquidationChain) =>
  ask(chain).steps.map(({ happenings }) => happenings.map(({ type }) => type));

const valueOf = (happening: pb.Happening | undefined, name: string) =>
  happening?.attributes.find(({ key }) => key === name)?.value;

describe('the history of a liquidation', () => {
  test('begins with the breach and all that it was judged by', () => {
    const chain = breached(30_000n);
    chain.block();
    const [first] = ask(chain).steps;
    expect(first!.happenings.map(({ type }) => type)).toEqual(['liquidation_flagged']);
    const { breach } = first!;
    expect(breach!.maintenanceUusd).toBeLessThan(0n);
    expect(valueOf(first!.happenings[0], 'maintenance_uusd')).toBe(String(breach!.maintenanceUusd));
    expect(breach!.expiries).toHaveLength(1);
    expect(breach!.cashUusd).toBe(chain.cash(1));
  });

  test('has the worst scenario of a portfolio, and its vector', () => {
    const chain = LiquidationChain.create([200_000n, 17_000n]);
    for (const usd of [65_000n, 63_000n, 64_000n]) chain.moveTo(usd);
    chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
    chain.setPortfolioMode(1);
    chain.moveTo(72_000n);
    chain.block();
    const [{ breach }] = ask(chain).steps as [pb.Step];
    const [risk] = breach!.underlyings;
    expect(risk!.scenarios).toHaveLength(33);
    const worst = risk!.scenarios[risk!.worstMeasure!.scenario]!.pnlUusd;
    expect(risk!.scenarios.every(({ pnlUusd }) => pnlUusd >= worst)).toBe(true);
  });

  test('tells each clearing with every bid and what was paid, then the release', () => {
    const chain = breached(30_000n);
    chain.block();
    const handler = liquidationModule.msgs[0]!;
    const msg = {
      ...{ sender: userAddress(2), subaccount: 0, liquidatedId: idOf(1) },
      ...{ version: chain.flag(1)!.auction!.version, fractionPpb: 1_000_000_000 },
      ...{ limitPpm: 970_000, leastPayoutUusd: 0n },
    };
    handler.execute(chain.ctx, msg);
    for (let i = 0; i < 4 && chain.flag(1) !== undefined; i++) chain.block();
    const told = ask(chain).steps.flatMap(({ happenings }) => happenings);
    const bid = told.find(({ type }) => type === 'liquidation_bid');
    expect(valueOf(bid, 'bidder')).toBe(userAddress(2));
    expect(Number(valueOf(bid, 'filled_ppb'))).toBeGreaterThan(0);
    const cleared = told.find(({ type }) => type === 'auction_cleared');
    expect(valueOf(cleared, 'price_ppm')).toBe('970000');
    expect(Number(valueOf(cleared, 'paid_uusd'))).toBeGreaterThan(0);
    expect(told.at(-1)!.type).toBe('liquidation_released');
    expect(told.every(({ attributes }) => attributes.every(({ key }) => key !== 'owner'))).toBe(
      true,
    );
    expect(chain.broken()).toEqual([]);
  });

  test('tells what was deleveraged, what the fund paid, and trades in the book', () => {
    const chain = breached(15_000n, { insolventBlocks: 3 });
    chain.fund(0, 500n);
    for (let i = 0; i < 8; i++) chain.block();
    const told = kinds(chain).flat();
    expect(told).toEqual(expect.arrayContaining(['auction', 'fund_paid', 'deleveraged']));
    const sold = breached(30_000n);
    sold.clob.place(0, 'sell', Math.ceil(sold.mark(CALL) / 5) * 5, { quantity: 2n * CONTRACT });
    sold.block();
    const [step] = ask(sold).steps;
    expect(step!.happenings.map(({ type }) => type).slice(0, 3)).toEqual([
      ...['liquidation_flagged', 'trade', 'liquidation_step'],
    ]);
    const trade = step!.happenings[1];
    expect(valueOf(trade, 'maker')).toBe(userAddress(0));
    expect(valueOf(trade, 'taker')).toBeUndefined();
    expect(valueOf(trade, 'price_uusd')).toBeDefined();
  });

  test('is kept for a governed time and number, the oldest going first', () => {
    const chain = breached(15_000n, { maxStepsKept: 2, insolventBlocks: 3 });
    for (let i = 0; i < 8; i++) {
      chain.block();
      expect(ask(chain).steps.length).toBeLessThanOrEqual(2);
      expect(chain.broken()).toEqual([]);
    }
    expect(ask(chain).steps.length).toBe(2);
    const short = breached(30_000n, { stepsKeptSeconds: 3 });
    for (let i = 0; i < 6; i++) short.block();
    expect(ask(short).steps).toEqual([]);
    expect(short.broken()).toEqual([]);
    for (const none of [{ maxStepsKept: 0 }, { stepsKeptSeconds: 0 }, { maxStepsPerBlock: 0 }]) {
      expect(kinds(breached(30_000n, none))).toEqual([]);
    }
  });

  test('comes back from a genesis, pages, and says whom it does not know', () => {
    const chain = breached(15_000n, { insolventBlocks: 3 });
    for (let i = 0; i < 8; i++) chain.block();
    const all = ask(chain).steps;
    expect(all.length).toBeGreaterThan(1);
    const one = ask(chain, { limit: 1 });
    expect([one.steps, one.nextAfter]).toEqual([[all[0]], all[0]!.sequence]);
    expect(ask(chain, { after: one.nextAfter }).steps).toEqual(all.slice(1));
    expect(ask(chain, { subaccountId: 0n, owner: userAddress(1) }).steps).toEqual(all);
    const unknown = { subaccountId: 0n, owner: userAddress(1), number: 9 };
    expect(refusalCode(() => ask(chain, unknown))).toMatch(/^accounts\//);
    const exported = genesis.export(chain.ctx) as { steps: object[]; nextStep: string };
    const fresh = LiquidationChain.create([0n, 0n, 0n]);
    genesis.init(fresh.ctx, exported);
    expect(ask(fresh).steps).toEqual(all);
    expect(() => genesis.validate({ ...exported, nextStep: '1' })).toThrow(/still to come/);
  });

  test('costs an account nothing of its margin', () => {
    const [kept, none] = [{}, { maxStepsKept: 0 }].map((params) => {
      const chain = breached(15_000n, params);
      for (let i = 0; i < 8; i++) chain.block();
      return [0, 1, 2].map((user) => marginOf(chain.ctx, idOf(user)));
    });
    expect(kept).toEqual(none);
  });
});
