import { describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { QueryWhatIfRequest, QueryWhatIfResponse } from '../../../proto/gen/tenor.margin.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { setMode } from '../accounts/index.ts';
import { marginModule, marginOf } from '../margin/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT } from './fixture.ts';

const USD = 1_000_000n;
const CONTRACT = 10_000n;
const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const MODES = [MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_COVERED];

function ask(chain: ClobChain, given: Partial<QueryWhatIfRequest>): QueryWhatIfResponse {
  const request = { owner: userAddress(0), number: 0, trades: [], shocks: [], cashUusd: 0n };
  const handler = marginModule.queries['/tenor.margin.v1.Query/WhatIf']!;
  const bytes = handler(chain.ctx, QueryWhatIfRequest.encode({ ...request, ...given }));
  return QueryWhatIfResponse.decode(bytes);
}

const trade = (series: string, contracts: number, usd?: bigint) => ({
  series,
  quantity: BigInt(Math.round(contracts * 1e4)),
  priceUusd: usd === undefined ? undefined : usd * USD,
});

describe.each(MODES)('a list of trades that have not happened, in margin mode %s', (mode) => {
  test('does what the same trades do when they happen, and writes nothing', () => {
    const chain = ClobChain.create([90_000n * USD, 900_000n * USD]);
    setMode(chain.ctx, 1n, mode);
    const before = chain.dump();
    const trades = [trade(PUT, -1, 500n), trade(CALL, 0.5, 900n), trade(PUT, 0.25, 600n)];
    const answer = ask(chain, { trades });
    expect(chain.dump()).toEqual(before);
    expect(answer.before).toEqual(marginOf(chain.ctx, 1n));
    for (const [symbol, side, usd, quantity] of [
      [PUT, 'sell', 500, CONTRACT],
      [CALL, 'buy', 900, CONTRACT / 2n],
      [PUT, 'buy', 600, CONTRACT / 4n],
    ] as const) {
      const terms = { series: symbol, quantity };
      chain.place(1, side === 'buy' ? 'sell' : 'buy', usd, terms);
      expect(chain.place(0, side, usd, terms).filled).toBe(quantity);
    }
    expect(answer.after).toEqual(marginOf(chain.ctx, 1n));
  });
});

describe('a shocked market', () => {
  test('is judged as the market that comes to it', () => {
    for (const mode of MODES) {
      const chain = ClobChain.create([90_000n * USD, 900_000n * USD]);
      setMode(chain.ctx, 1n, mode);
      const trades = [trade(PUT, -1, 500n)];
      const fall = { underlying: 'BTC', indexPpm: -200_000, volPpm: 0 };
      const { shocked, after } = ask(chain, { trades, shocks: [fall] });
      chain.place(1, 'buy', 500, { series: PUT });
      chain.place(0, 'sell', 500, { series: PUT });
      // What a fall of a fifth leaves, and the same day: nothing else moves.
      chain.indexUusd = (chain.indexUusd * 4n) / 5n;
      chain.setPrices();
      chain.state.detach();
      expect(shocked).toEqual(marginOf(chain.ctx, 1n));
      expect(shocked!.markToMarketUusd).toBeLessThan(after!.markToMarketUusd - 10_000n * USD);
    }
  });

  test('with higher volatility marks what is short dearer, of the named underlying only', () => {
    const chain = ClobChain.create([90_000n * USD]);
    const trades = [trade(PUT, -1)];
    const up = (underlying: string) => ({ underlying, indexPpm: 0, volPpm: 500_000 });
    const { after } = ask(chain, { trades });
    const shockedBy = (name: string) => ask(chain, { trades, shocks: [up(name)] }).shocked!;
    expect(shockedBy('ETH')).toEqual(after);
    expect(shockedBy('')).toEqual(shockedBy('BTC'));
    // At the money a price is all but proportional to volatility.
    const loss = Number(after!.markToMarketUusd - shockedBy('BTC').markToMarketUusd);
    const premium = Number(ask(chain, { trades }).trades[0]!.priceUusd);
    expect(loss / premium).toBeCloseTo(0.5, 2);
  });

  test('leaves what a covered account needs as it is', () => {
    const chain = ClobChain.create([90_000n * USD]);
    setMode(chain.ctx, 1n, MARGIN_MODE_COVERED);
    const shocks = [{ underlying: '', indexPpm: -990_000, volPpm: 5_000_000 }];
    const { after, shocked } = ask(chain, { trades: [trade(PUT, -1, 500n)], shocks });
    expect(shocked!.maintenanceUusd).toBe(after!.maintenanceUusd);
    expect(shocked!.covered).toEqual(after!.covered);
  });
});

describe('a what-if', () => {
  test('of somebody who is not there yet begins with what would be deposited', () => {
    const chain = ClobChain.create([90_000n * USD]);
    const given = { owner: userAddress(7), cashUusd: 1_000n * USD };
    const { before, after } = ask(chain, { ...given, trades: [trade(CALL, 0.1, 900n)] });
    expect(before).toMatchObject({ cashUusd: 1_000n * USD, initialUusd: 1_000n * USD });
    // 90 of premium, and 0.03% of a tenth of 64,000.
    expect(after!.cashUusd).toBe(910n * USD - 1_920_000n);
  });

  test('with numbers that cannot be is refused', () => {
    const chain = ClobChain.create([90_000n * USD]);
    const code = (given: Partial<QueryWhatIfRequest>) => refusalCode(() => ask(chain, given));
    const shock = (indexPpm: number, volPpm = 0) => [{ underlying: 'BTC', indexPpm, volPpm }];
    const bad: Partial<QueryWhatIfRequest>[] = [
      { trades: [trade(CALL, 0, 900n)] },
      { trades: [{ series: CALL, quantity: 1n << 62n, priceUusd: 10_000n }] },
      { trades: [{ series: CALL, quantity: 1n, priceUusd: 10_001n }] },
      { trades: [{ series: CALL, quantity: 1n, priceUusd: (1n << 64n) - 10_000n }] },
      { trades: Array.from({ length: 101 }, () => trade(CALL, 1, 900n)) },
      ...[{ shocks: shock(-1_000_000) }, { shocks: shock(0, -1_000_000) }],
      ...[{ shocks: shock(9_000_001) }, { cashUusd: 1n << 62n }],
    ];
    for (const given of bad) expect(code(given)).toBe('margin/10');
    expect(code({ trades: [trade('BTC-1JAN70-1-C', 1, 1n)] })).toMatch(/^options\//);
    expect(code({ shocks: [{ underlying: 'XYZ', indexPpm: 1, volPpm: 1 }] })).toMatch(/^options\//);
    expect(code({ owner: 'nobody' })).not.toBe('done');
  });
});
