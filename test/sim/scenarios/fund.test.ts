import { afterEach, expect, test } from '@jest/globals';
import { UNDERWRITING_WAIT_SECONDS } from '../transactions.ts';
import { BTC, deposit, Stage } from './stage.ts';
import type { Act } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const DAYS = 10;
const DAY_MS = 86_400_000;
const USD = 1_000_000n;

/** A block is a day here now and then. */
const PATIENT = { staleMs: 2 * DAY_MS, haltMs: 3 * DAY_MS };

test('ten worst days in a row cost a fund half of the rest each, and no more', async () => {
  stage = await Stage.set({ ann: 1_000, ben: 900_000, uma: 1_000, una: 1_000 }, { pace: PATIENT });
  const { model } = stage.world;
  const enter = (usd: bigint) =>
    ({ kind: 'underwrite', underlyingId: BTC, amountUusd: usd * USD }) as const;
  await stage.act([
    ['uma', enter(20_000n)],
    ['una', enter(10_000n)],
  ]);
  await stage.act([], { afterMs: (UNDERWRITING_WAIT_SECONDS + 60) * 1_000 });
  const fund = model.funds.of(BTC);
  expect(fund.balanceUusd).toBe(30_000n * USD);
  const call = stage.option(BTC, true, 64_000, 40);

  for (let day = 1; day <= DAYS; day++) {
    const number = day;
    const acts: Act[] = [['ann', deposit(63_500), number]];
    const shares = model.funds.free(stage.account('una').owner, BTC) / 2n;
    if (day === 3) acts.push(['una', { kind: 'leave', underlyingId: BTC, shares }]);
    await stage.act(acts, { afterMs: DAY_MS, market: { btc: 64_000 } });
    await stage.act([]);
    await stage.act([
      ['ann', stage.order(call, false, 5), number],
      ['ben', stage.order(call, true, 5)],
    ]);
    expect(stage.held('ann', call, number)).toBe(-50_000n);
    const before = fund.balanceUusd;
    await stage.world.block({ market: { btc: 83_200 } });
    await stage.until(() => stage.flagged.length === 1, 2);
    const isClosed = () => stage.account('ann', number).positions.size === 0;
    await stage.until(isClosed, 30);
    expect(stage.cash('ann', number)).toBe(0n);
    expect(fund.balanceUusd).toBeLessThan(before);
    expect(fund.balanceUusd * 2n).toBeGreaterThanOrEqual(before);
  }
  await stage.act([], { afterMs: DAY_MS });
  expect(stage.flagged).toEqual([]);
  const { flags, releases, deleveraged, underwritten } = stage.tally;
  expect({ flags, releases, underwritten }).toEqual({
    flags: DAYS,
    releases: DAYS,
    underwritten: 3,
  });
  expect(deleveraged).toBeGreaterThanOrEqual(DAYS);
  expect(fund.balanceUusd).toBeGreaterThan(0n);
});
