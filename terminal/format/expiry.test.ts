import { expect, it } from '@jest/globals';
import { expiryText } from './expiry.ts';

it('expiries are read as dates, with their hour where they have one of their own', () => {
  expect(['27DEC26', '1JAN27', '27DEC26T0915', 'what'].map(expiryText)).toEqual([
    ...['27 Dec 26', '1 Jan 27', '27 Dec 26 09:15', 'what'],
  ]);
});
