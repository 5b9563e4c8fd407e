import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { QUIET, sentencesOf } from './told.ts';

/** Events of the page that lists them all, with what each has. */
const rows = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, name, keys = ''] = /^\| `(\w+)`\s*\|([^|]*)\|/.exec(line) ?? [];
    if (name === undefined || QUIET.has(name)) return [];
    return [[name, [...keys.matchAll(/`(\w+)\??`/g)].map((each) => each[1]!)] as const];
  });

test.each(rows)('%s is told as a sentence, with all that it has and with nothing', (type, keys) => {
  const attributes = Object.fromEntries(keys.map((key) => [key, '1234567']));
  for (const given of [attributes, {}]) {
    const [said = ''] = sentencesOf([{ type, attributes: given }]);
    expect(said).not.toMatch(new RegExp(`^${type}: `));
    // Money and sizes are never in base units.
    expect(said).not.toMatch(/undefined|NaN|Invalid|1234567 (USD|contracts)/);
    expect(said.length).toBeGreaterThan(10);
  }
});

test('the page lists events, and each of them is a row', () => {
  expect(rows.length).toBeGreaterThan(50);
});

test('events are told as what happened, and what every transaction has is left out', () => {
  const trade = {
    ...{ quantity: '5000', series: 'BTC-27DEC26-64000-C', price_uusd: '1200000000' },
    ...{ taker: 'tenor1aaaaaaaaaaaaaaaaaa', maker: 'tenor1bbbbbbbbbbbbbbbbbb', taker_side: 'buy' },
  };
  const sent = { sender: 'tenor1aaa', recipient: 'tenor1bbb', amount: '2500000uusd,3000000utenor' };
  expect(
    sentencesOf([
      { type: 'tx', attributes: { fee: '1' } },
      { type: 'trade', attributes: trade },
      { type: 'transfer', attributes: sent },
      { type: 'feed_status', attributes: { feed: 'BTC index', status: '2' } },
      { type: 'unheard_of', attributes: { a: '1', msg_index: '0' } },
    ]),
  ).toEqual([
    '0.5 BTC-27DEC26-64000-C traded at 1,200.00 USD: tenor1aaa…aaaaa bought from tenor1bbb…bbbbb',
    'tenor1aaa sent 2.50 USD, 3 TENOR to tenor1bbb',
    'the feed BTC index is stale',
    'unheard_of: a 1',
  ]);
});
