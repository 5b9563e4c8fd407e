import { expect, test } from '@jest/globals';
import { formatExpiry } from '../../app/modules/options/core/symbol.ts';
import { expiryText, expiryTextAt } from './expiryText.ts';

test('expiries read the same by name and by time', () => {
  const eight = Date.UTC(2026, 11, 27, 8) / 1_000;
  const other = Date.UTC(2027, 0, 5, 9, 15) / 1_000;
  expect([expiryTextAt(eight), expiryTextAt(other)]).toEqual(['27 Dec 26', '5 Jan 27 09:15']);
  for (const at of [eight, other]) {
    expect(expiryText(formatExpiry(BigInt(at)))).toBe(expiryTextAt(at));
  }
  expect(expiryText('soon')).toBe('soon');
});
