import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as amounts from './amounts.ts';
import { CliError, exitCodes } from './errors.ts';

function failureOf(action: () => unknown): CliError {
  try {
    action();
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error('it did not fail with a CliError');
}

describe('amounts that people type', () => {
  it.each([
    ['50000usd', 'uusd', '50000000000'],
    ['1.5usd', 'uusd', '1500000'],
    ['50000000000uusd', 'uusd', '50000000000'],
    ['2tenor', 'utenor', '2000000'],
    ['0.000001tenor', 'utenor', '1'],
    ['1,084.45 USD', 'uusd', '1084450000'],
    ['1,000usd', 'uusd', '1000000000'],
  ])('%s', (text, denom, amount) => {
    expect(amounts.parseCoin(text)).toEqual({ denom, amount });
  });

  it.each([
    '50000',
    'usd',
    '1.5uusd',
    '1.0000001usd',
    '-1usd',
    '0usd',
    '1,00usd',
    '1,000,usd',
    '1.000,5usd',
    '5eur',
    '1  usd',
    `${'9'.repeat(40)}uusd`,
  ])('%s is refused as misuse', (text) => {
    expect(failureOf(() => amounts.parseCoin(text)).exitCode).toBe(exitCodes.usage);
  });

  it('a deposit is in dollars', () => {
    expect(amounts.parseUsd('50000usd')).toBe(50_000_000_000n);
    expect(failureOf(() => amounts.parseUsd('2tenor')).advice).toContain('50000usd');
  });

  it('quantities are contracts of four digits, prices dollars of six', () => {
    expect(amounts.parseQuantity('0.5')).toBe(5_000n);
    expect(failureOf(() => amounts.parseQuantity('0.00005')).message).toContain('at most 4 digits');
    expect(failureOf(() => amounts.parseQuantity('0')).message).toContain('more than zero');
    expect(amounts.parsePrice('1250')).toBe(1_250_000_000n);
    expect(amounts.parsePrice('1250.5usd')).toBe(1_250_500_000n);
    expect(failureOf(() => amounts.parsePrice('-5')).exitCode).toBe(exitCodes.usage);
    expect(amounts.parsePrice('1,084.45')).toBe(1_084_450_000n);
    expect(failureOf(() => amounts.parsePrice('1,5')).message).toContain('not a number');
    const most = 1n << 64n;
    expect(failureOf(() => amounts.parseQuantity(`${most}`)).message).toContain('more than');
    expect(failureOf(() => amounts.parseUsd(`${most}uusd`)).message).toContain('more than');
    expect(failureOf(() => amounts.parsePrice('usd')).exitCode).toBe(exitCodes.usage);
  });

  it('a coin read is the coin written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 80n }), (amount) => {
        const coin = { denom: 'uusd', amount: amount.toString() };
        expect(amounts.parseCoin(amounts.formatCoin(coin))).toEqual(coin);
        const units = amount & ((1n << 64n) - 1n) || 1n;
        expect(amounts.parsePrice(amounts.formatPrice(units))).toBe(units);
        expect(amounts.parseQuantity(amounts.formatQuantity(units))).toBe(units);
      }),
    );
  });

  it('the chain’s base units become dollars, and nothing else changes', () => {
    expect(amounts.humanise('prices move by 5000000uusd here: use 10uusd')).toBe(
      'prices move by 5.00 USD here: use 0.00001 USD',
    );
    expect(amounts.humanise('required: 100utenor, account 5, -3uusd')).toBe(
      'required: 0.0001 TENOR, account 5, -0.000003 USD',
    );
  });
});
