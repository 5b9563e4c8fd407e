import { beforeEach, describe, expect, test } from '@jest/globals';
import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { Execution } from '../../../test/harness/execution.ts';
import { liveExpiries, optionsParams, seriesOfExpiry } from '../options/index.ts';
import { params as oracleParams } from '../oracle/params.ts';
import { collateralPriceOf, markOf } from './marks.ts';
import type { SeriesMark } from './marks.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
  for (let i = 0; i < 12; i++) chain.block();
  chain.wait(0);
});

/** BTC's series of one expiry, by strike. */
function listed(expiry: number): Series[] {
  const expiries = [...liveExpiries(chain.view)].filter(({ underlyingId }) => underlyingId === 1);
  return [...seriesOfExpiry(chain.view, 1, expiries[expiry]!.expirySeconds)];
}

const mark = (series: Series): SeriesMark => markOf(chain.view, series)!;
const isCall = ({ kind }: Series) => kind === OptionKind.OPTION_KIND_CALL;

describe('the mark of a series', () => {
  test('comes from the surface: 60% wherever the validators say 60%', () => {
    for (const series of [...listed(0), ...listed(3)]) {
      expect(mark(series).vol).toBeCloseTo(0.6, 12);
    }
  });

  test('keeps put-call parity at every strike and expiry', () => {
    for (const expiry of [0, 2, 5]) {
      const series = listed(expiry);
      for (const call of series.filter(isCall)) {
        const put = series.find((s) => !isCall(s) && s.strikeUusd === call.strikeUusd)!;
        const strike = Number(call.strikeUusd) / 1e6;
        const forward = mark(call).forward;
        expect(mark(call).mark - mark(put).mark).toBeCloseTo(forward - strike, 6);
      }
    }
  });

  test('is made once a block, and again when parameters change in the middle of it', () => {
    const [series] = listed(0);
    const before = mark(series!);
    expect(mark(series!)).toBe(before);
    const params = optionsParams.get(chain.view);
    optionsParams.set(chain.ctx, { ...params, settlementWindowSeconds: 3_600n });
    const after = mark(series!);
    // A longer average has less variance.
    expect(after.mark).toBeLessThan(before.mark);
    expect(mark(series!)).toBe(after);
  });

  test('costs the same gas whether it is known already or not', () => {
    const [series] = listed(0);
    const first = chain.ctx;
    markOf(first, series!);
    const again = chain.ctx;
    markOf(again, series!);
    expect(again.gas.used).toBe(first.gas.used);
  });
});

describe('a dollar of collateral', () => {
  const price = () => {
    chain.wait(0);
    return collateralPriceOf(chain.view);
  };

  test('is worth what its stablecoin was last, and less the older that gets', () => {
    expect(price()).toBe(1);
    chain.block([], null, 119_000);
    expect(price()).toBe(1);
    chain.block([], null, 241_000);
    expect(price()).toBeCloseTo(0.95, 2);
    chain.block([], null, 300_000);
    expect(price()).toBe(0.9);
    chain.block();
    expect(price()).toBe(1);
  });

  test('is worth 0.90 once nobody votes on its stablecoin', () => {
    const given = oracleParams.get(chain.view);
    oracleParams.set(chain.ctx, { ...given, stablecoins: given.stablecoins.slice(0, 1) });
    chain.block();
    expect(price()).toBe(0.9);
  });
});
