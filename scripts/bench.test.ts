import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { MAX_LOAD, machine, tooBusy } from './bench/machine.mjs';
import { objection, tooLong } from './bench/rules.mjs';

const figure = (accepted: number, refused: Record<string, number>) =>
  objection({ name: 'orders', value: 5, work: { accepted, refused } });

describe('a figure', () => {
  it('counts when at most one in a hundred was refused', () => {
    expect(figure(99, { 'clob/5': 1 })).toBeNull();
    expect(figure(100, {})).toBeNull();
  });

  it('does not count when more were refused, and says how many and why', () => {
    expect(figure(97, { 'clob/5': 1, lost: 2 })).toBe(
      'orders: 3 of 100 were refused (2 × lost, 1 × clob/5)',
    );
  });

  it('of nothing is no figure, nor is one that is not a number', () => {
    expect(figure(0, { 'clob/5': 40 })).toMatch(/nothing was accepted \(40 × clob\/5\)/);
    expect(figure(0, {})).toMatch(/none was tried/);
    expect(objection({ name: 'orders', value: NaN })).toBe('orders is not a number');
  });

  it('counts when its halves agree within a tenth, and else says how they part', () => {
    const orders = (halves: number) => objection({ name: 'orders', value: 5, halves });
    expect(orders(0.91)).toBeNull();
    expect(orders(1.09)).toBeNull();
    expect(orders(2.02)).toBe('orders: its second half was 2.02 of its first: it did not run warm');
    expect(orders(0.85)).toMatch(/0.85 of its first/);
    expect(orders(NaN)).toMatch(/NaN of its first/);
  });

  it('of something else than accepted work is taken as it is', () => {
    expect(objection({ name: 'price', value: 0 })).toBeNull();
  });
});

describe('a bench', () => {
  it('ends within three minutes', () => {
    expect(tooLong('network', 180)).toBeNull();
    expect(tooLong('network', 181)).toBe('network took 181 s, over 180');
  });
});

describe('a record', () => {
  it('is not made on a busy machine', () => {
    expect(tooBusy(MAX_LOAD)).toBeNull();
    expect(tooBusy(7.25)).toMatch(/load average is 7.25, over 1.5/);
  });

  it('says what it is of, and whether it was forced', () => {
    const root = fileURLToPath(new URL('../', import.meta.url));
    const quiet = machine(root, 0.5);
    expect(quiet).toMatchObject({ node: process.version, load: 0.5 });
    expect(quiet.commit).toMatch(/^[0-9a-f]{7,40}(-dirty)?$/);
    expect(quiet.forced).toBeUndefined();
    expect(machine(root, 9)).toMatchObject({ load: 9, forced: true });
  });
});
