import { describe, expect, it } from '@jest/globals';
import { contracts, decimal, percent, price, signedUsd, usd } from './amounts.ts';

describe('amounts', () => {
  it('are grouped, and have a minus that is one', () => {
    expect(decimal(1_234_567.891, 2)).toBe('1,234,567.89');
    expect(decimal(-999.5, 0)).toBe('−1,000');
    expect(decimal(-1_000, 0)).toBe('−1,000');
  });
  it('that round to nothing have no sign', () => expect(decimal(-0.001, 2)).toBe('0.00'));
  it('in dollars come from base units', () => {
    expect(usd('1250000000')).toBe('1,250.00');
    expect(usd(-1_500_000n)).toBe('−1.50');
    expect(signedUsd('2500000')).toBe('+2.50');
    expect(signedUsd('-2500000')).toBe('−2.50');
    expect(signedUsd('0')).toBe('0.00');
  });
  it('that do not exist are a dash, never 0', () => {
    expect([usd(undefined), price(null), contracts(undefined), percent(null)]).toEqual(
      Array.from({ length: 4 }, () => '–'),
    );
  });
  it('as prices have the decimals that matter', () => {
    expect(price('64000000000')).toBe('64,000');
    expect(price('83500000')).toBe('83.50');
    expect(price('50000')).toBe('0.0500');
  });
  it('in contracts have no zeros at the end', () => {
    expect(['5000', '10000', '12345', '1', '120000'].map(contracts)).toEqual([
      '0.5',
      '1',
      '1.2345',
      '0.0001',
      '12',
    ]);
  });
});

it('a short position shows no more decimals than a long one', () => {
  expect([contracts('-9200'), contracts('9200'), contracts(-5_000)]).toEqual([
    ...['−0.92', '0.92', '−0.5'],
  ]);
});
