import { expect, test } from '@jest/globals';
import { sentenceOf } from './happenings.ts';

const told = (type: string, attributes: Record<string, string>) =>
  sentenceOf({
    type,
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  });

test('what happened to an account under liquidation is a sentence', () => {
  expect(
    told('auction_cleared', {
      fraction_ppb: '250000000',
      price_ppm: '940000',
      paid_uusd: '5000000',
    }),
  ).toBe('25.00% sold at 94.00% of its value for 5.00 USD.');
  expect(told('auction_cleared', { fraction_ppb: '1000000000', fund_uusd: '7500000' })).toBe(
    '100.00% went to bidders; the fund paid 7.50 USD.',
  );
  expect(
    told('trade', { quantity: '5000', series: 'BTC-1JAN27-1-C', price_uusd: '1200000000' }),
  ).toBe('Traded 0.5 BTC-1JAN27-1-C at 1,200.00.');
  expect(told('something_new', {})).toBe('something new.');
});
