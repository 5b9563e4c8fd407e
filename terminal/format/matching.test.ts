import { describe, expect, it } from '@jest/globals';
import { matching } from './matching.ts';

describe('a search', () => {
  const series = 'BTC 27DEC26 64000 C BTC 64000 call · 27 Dec 26';
  it.each(['64000 call', 'call btc 64', '64,000', '27 dec', '27dec26 c', '', '  '])(
    'finds by %j',
    (typed) => expect(matching(series, typed)).toBe(true),
  );
  it.each(['put', '64000 eth', '4000', '28 dec'])('does not find by %j', (typed) =>
    expect(matching(series, typed)).toBe(false),
  );
});
