import { expect, test } from '@jest/globals';
import { sentencesOf } from './told.ts';

test('events are told as what happened, and what every transaction has is left out', () => {
  const trade = {
    ...{ quantity: '5000', series: 'BTC-27DEC26-64000-C', price_uusd: '1200000000' },
    ...{ taker: 'tenor1aaaaaaaaaaaaaaaaaa', maker: 'tenor1bbbbbbbbbbbbbbbbbb', taker_side: 'buy' },
  };
  expect(
    sentencesOf([
      { type: 'tx', attributes: { fee: '1' } },
      { type: 'trade', attributes: trade },
      { type: 'unheard_of', attributes: { a: '1', msg_index: '0' } },
    ]),
  ).toEqual([
    '0.5 BTC-27DEC26-64000-C traded at 1,200.00: tenor1aaa…aaaaa bought from tenor1bbb…bbbbb',
    'unheard_of: a 1',
  ]);
});
