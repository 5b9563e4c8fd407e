import { expect, it } from '@jest/globals';
import { quoteRows } from './send.ts';

const side = (usd: number, quantity: bigint) => ({ priceUusd: BigInt(usd * 1e6), quantity });

it('every side that was sent has a row with what became of it', () => {
  const quotes = [
    { series: 'BTC-27DEC26-100000-C', bid: side(1_250, 5_000n), ask: side(1_260, 5_000n) },
    { series: 'BTC-27DEC26-110000-C', bid: undefined, ask: side(0, 0n) },
  ];
  const refusals = [{ index: 0, isBuy: true, code: 8 }];
  const rows = quoteRows(quotes, { quoted: 1, removed: 1, refusals });
  expect(rows).toEqual([
    [
      ...['BTC-27DEC26-100000-C', 'bid', '1,250.00', '0.5'],
      expect.stringMatching(/^\[clob\/8\] See the best prices/),
    ],
    ['BTC-27DEC26-100000-C', 'ask', '1,260.00', '0.5', 'quoted'],
    ['BTC-27DEC26-110000-C', 'ask', '–', '–', 'taken back'],
  ]);
});
