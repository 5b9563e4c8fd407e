import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../proto/gen/tenor.liquidation.v1.ts';
import { toJson } from '../../../proto/json.ts';
import { isFlagged, recordDeficit, setFlagged } from '../accounts/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, eventsOf } from '../clob/fixture.ts';
import { maintenanceOf } from '../margin/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';
import { defaultLiquidationGenesis, liquidationModule } from './index.ts';
import { params } from './params.ts';
import { rebuild } from './rebuild.ts';
import { flags } from './state.ts';

const CONTRACT = 10_000n;
const OWNERS = 10;
const { genesis, queries } = liquidationModule;

/**
 * `count` subaccounts of a few owners, each short a call; returns their ids. The index breaches
 * them.
 */
function crowd(count: number, params: Partial<pb.Params> = {}) {
  const cash = [1_000_000n, 1_000_000n, ...Array<bigint>(OWNERS).fill(0n)];
  const chain = LiquidationChain.create(cash, params);
  const ids: bigint[] = [];
  for (let n = 0; n < count; n++) {
    const id = chain.clob.accounts.open(
      2 + (n % OWNERS),
      16_500n * USD,
      1 + Math.floor(n / OWNERS),
    );
    chain.clob.accounts.trade(idOf(0), id, CONTRACT, CALL);
    ids.push(id);
  }
  chain.moveTo(75_000n);
  return { chain, ids };
}

describe('hundreds of subaccounts in breach at once', () => {
  test('are all flagged in the block, and all acted on in the next ones of the budget', () => {
    const { chain, ids } = crowd(500);
    // The holder of their calls sells what is needed for a slice of each.
    chain.clob.place(0, 'sell', 11_050, { quantity: 120n * CONTRACT });
    const first = chain.block();
    expect(eventsOf(first, 'liquidation_flagged')).toHaveLength(500);
    const stepped = new Map<string, number>();
    let ended = first;
    for (let block = 0; block < 10; block++) {
      const steps = eventsOf(ended, 'liquidation_step');
      expect(steps).toHaveLength(50);
      for (const { subaccount_id: id } of steps) stepped.set(id!, (stepped.get(id!) ?? 0) + 1);
      ended = chain.block();
    }
    expect([...stepped.keys()].sort(byNumber)).toEqual(ids.map(String).sort(byNumber));
    expect(chain.broken()).toEqual([]);
  });

  test('have nobody left behind: every one is healthy again in the end', () => {
    const { chain, ids } = crowd(40, { maxAccountsPerBlock: 7, maxChecksPerBlock: 30 });
    chain.clob.place(0, 'sell', 11_050, { quantity: 40n * CONTRACT });
    for (let block = 0; block < 60; block++) chain.block();
    expect([...flags.entries(chain.ctx)]).toEqual([]);
    for (const id of ids) expect(maintenanceOf(chain.ctx, id)).toBeGreaterThan(0n);
    expect(chain.broken()).toEqual([]);
  });
});

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

describe('the module', () => {
  test('comes back from its genesis, with accounts told of the flags', () => {
    const { chain, ids } = crowd(5, { maxAccountsPerBlock: 2 });
    chain.block();
    const exported = genesis.export(chain.ctx);
    genesis.validate(exported);
    const fresh = LiquidationChain.create([0n, 0n]);
    genesis.init(fresh.ctx, exported);
    expect(genesis.export(fresh.ctx)).toEqual(exported);
    expect(ids.every((id) => isFlagged(fresh.ctx, id))).toBe(true);
    expect((exported as { reduced: string }).reduced).toBe(String(ids[1]));
  });

  test('refuses a genesis that cannot be', () => {
    const good = defaultLiquidationGenesis();
    const flag = { ...{ subaccountId: 1n, owner: '', number: 0, sinceHeight: 1n, steps: 0 } };
    const flagged = { ...flag, maintenanceUusd: -1n, lastStepHeight: 0n };
    const twice = { ...good, flags: [flagged, flagged] };
    const idle = { ...good, params: { ...good.params!, maxChecksPerBlock: 0 } };
    for (const bad of [twice, idle]) expect(() => genesis.validate(toJson(bad))).toThrow();
    genesis.validate(toJson(good));
  });

  test('rebuilds what accounts knows', () => {
    const { chain, ids } = crowd(3);
    chain.block();
    for (const id of ids) setFlagged(chain.ctx, id, false);
    expect(chain.broken()).toHaveLength(1);
    rebuild(chain.ctx);
    expect(chain.broken()).toEqual([]);
  });

  test('refuses parameters out of their bounds', () => {
    const { ctx } = LiquidationChain.create([0n]);
    const { params: good } = defaultLiquidationGenesis();
    const bad: Partial<pb.Params>[] = [
      { maxAccountsPerBlock: 0 },
      { maxOrdersPerAccount: 101 },
      { slicePpm: 0 },
      { cooldownBlocks: 0 },
      { maxChecksPerBlock: 1_000_001 },
      { maxSweptPerBlock: 0 },
      { maxSweptPerBlock: 100_000_001 },
      { bufferPpm: 1_000_001 },
      { kneePpm: good!.startPpm + 1 },
      { insolventPpm: 1_000_001 },
      { slowBlocks: 0 },
    ];
    for (const changed of bad) {
      expect(refusalCode(() => params.set(ctx, { ...good!, ...changed }))).toBe('runtime/6');
    }
  });

  test('pages through flags, with the deficits among them', () => {
    const { chain, ids } = crowd(3);
    chain.block();
    chain.lose(0, 1_100_000n);
    recordDeficit(chain.ctx, idOf(0));
    const ask = (page?: pb.Page) =>
      pb.QueryLiquidationsResponse.decode(
        queries['/tenor.liquidation.v1.Query/Liquidations']!(
          chain.ctx,
          pb.QueryLiquidationsRequest.encode({ page }),
        ),
      );
    expect(ask().flags.map((f) => f.subaccountId)).toEqual(ids);
    expect(ask().nextAfter).toBeUndefined();
    expect(ask().deficits).toEqual([]);
    const first = ask({ after: 0n, limit: 2 });
    expect(first.flags.map((f) => f.subaccountId)).toEqual(ids.slice(0, 2));
    expect(first.nextAfter).toBe(ids[1]);
    const second = ask({ after: first.nextAfter!, limit: 2 });
    expect(second.flags.map((f) => f.subaccountId)).toEqual(ids.slice(2));
    expect(second.nextAfter).toBeUndefined();
  });

  test('says what is broken', () => {
    const { chain, ids } = crowd(2);
    chain.block();
    const mark = chain.ctx.state.mark();
    const broken = (change: (ctx: Ctx) => void): string[] => {
      change(chain.ctx);
      const found = chain.broken();
      chain.ctx.state.rollback(mark);
      return found;
    };
    expect(broken((ctx) => setFlagged(ctx, idOf(0), true))[0]).toMatch(/2 flags, .* 3/);
    expect(broken((ctx) => setFlagged(ctx, ids[0]!, false))[0]).toMatch(/in secret/);
    const resting = broken(() => {
      chain.clob.place(1, 'buy', 100, { quantity: CONTRACT });
      setFlagged(chain.ctx, idOf(1), true);
      const own = { subaccountId: idOf(1), auction: undefined };
      flags.set(chain.ctx, idOf(1), { ...flags.must(chain.ctx, ids[0]!), ...own });
    });
    expect(resting).toEqual([expect.stringMatching(/1 open orders/)]);
    expect(chain.broken()).toEqual([]);
  });
});
