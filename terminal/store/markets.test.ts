import { describe, expect, it } from '@jest/globals';
import { atTheMoney, chainOf } from './markets.ts';
import type { Series } from './markets.ts';

const series = (expiry: string, seconds: number, strike: number, kind: Series['kind']) => ({
  ...{ id: '1', symbol: `BTC-${expiry}-${strike}-${kind}`, kind, expiry },
  ...{ expirySeconds: String(seconds), strikeUusd: String(strike * 1e6), openInterest: '0' },
  mark: {
    ...{ forward: 64_100, bandLowUusd: '0', bandHighUusd: '1', statusName: 'live' },
    confidencePpm: 1_000_000,
  },
});

const listed = [
  series('4DEC26', 200, 65_000, 'put'),
  series('4DEC26', 200, 64_000, 'call'),
  series('4DEC26', 200, 64_000, 'put'),
  series('30NOV26', 100, 9_000, 'call'),
  series('30NOV26', 100, 0, 'none'),
];
const chain = chainOf({
  series: Object.fromEntries(listed.map((one) => [one.symbol, one])),
});

describe('the chain of a ticker', () => {
  it('has its expiries in time and their strikes by price, as numbers', () => {
    expect(chain.map(({ name }) => name)).toEqual(['30NOV26', '4DEC26']);
    expect(chain[1]!.strikes.map(({ strikeUusd }) => strikeUusd)).toEqual([
      ...['64000000000', '65000000000'],
    ]);
  });
  it('has call and put of a strike together, and says which is missing', () => {
    const [both, one] = chain[1]!.strikes;
    expect([both!.call?.kind, both!.put?.kind]).toEqual(['call', 'put']);
    expect(one).not.toHaveProperty('call');
  });
  it('leaves out what is no option', () => expect(chain[0]!.strikes).toHaveLength(1));
  it('shares the very series, so that what did not change is not drawn', () => {
    expect(chain[1]!.strikes[0]!.call).toBe(listed[1]);
  });
  it('is at the money where the strike is next to the forward', () => {
    expect(atTheMoney(chain[1]!)?.strikeUusd).toBe('64000000000');
    expect(atTheMoney({ ...chain[1]!, feeds: undefined })).toBeUndefined();
  });
  it('is empty before there is a ticker', () => expect(chainOf(null)).toEqual([]));
});
