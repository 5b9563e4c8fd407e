import { describe, expect, test } from '@jest/globals';
import { trustedVol } from './trustedVol.ts';

describe('a volatility', () => {
  test.each([
    ['the mark within its book', 0.5, 0.48, 0.53, { vol: 0.5, quoted: true }],
    [
      'the middle of the book where the mark is outside',
      0.9,
      0.48,
      0.52,
      { vol: 0.5, quoted: true },
    ],
    ['the middle of the book where there is no mark', null, 0.48, 0.52, { vol: 0.5, quoted: true }],
    ['the mark alone where the book has one side', 0.5, null, 0.52, { vol: 0.5, quoted: false }],
    ['the mark alone where a side is out of range', 0.5, 0, 0.52, { vol: 0.5, quoted: false }],
    ['nothing in a crossed book', 0.5, 0.53, 0.48, null],
    ['nothing in a book that is too wide', 0.5, 0.3, 0.7, null],
    ['nothing without a mark and a side', null, null, 0.5, null],
    ['nothing out of range', 6, null, null, null],
  ])('is %s', (_, mark, bid, ask, expected) => {
    expect(trustedVol({ mark, bid, ask })).toEqual(expected);
  });
});
