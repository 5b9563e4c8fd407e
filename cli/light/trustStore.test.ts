import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Trusted } from '../../light/index.ts';
import { CliError } from '../errors.ts';
import { TrustStore } from './trustStore.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-trust-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const trusted = (height: number): Trusted => ({
  ...{ chainId: 'tenor-1', height, timeNs: 1_800_000_000_123_456_789n + BigInt(height) },
  ...{ hash: height === 0 ? null : bytes(height), nextValidatorsHash: bytes(9) },
  validators: [{ pubkey: bytes(3), power: 9_007_199_254_740_993n }],
});

test('what is trusted is read as it was written, by its owner alone', () => {
  const store = new TrustStore(join(dir, 'trust'));
  expect(store.load('tenor-1')).toBeNull();
  const remembered = { rootId: 'genesis AB', trusted: [trusted(0), trusted(7)] };
  store.save('tenor-1', remembered);
  expect(store.load('tenor-1')).toEqual(remembered);
  expect(store.load('tenor-2')).toBeNull();
  expect(statSync(store.path('tenor-1')).mode & 0o777).toBe(0o600);
  chmodSync(store.path('tenor-1'), 0o644);
  store.save('tenor-1', remembered);
  expect(statSync(store.path('tenor-1')).mode & 0o777).toBe(0o600);
});

test('a damaged file is named, and never taken for trust', () => {
  const store = new TrustStore(dir);
  store.save('tenor-1', { rootId: 'block 3', trusted: [trusted(3)] });
  const text = readFileSync(store.path('tenor-1'), 'utf8');
  for (const damaged of ['', '{}', text.slice(0, -9), text.replace('tenor-1', 'tenor-2')]) {
    writeFileSync(store.path('tenor-1'), damaged);
    expect(() => store.load('tenor-1')).toThrow(/is damaged/);
  }
});

test('the id of a chain cannot lead out of the folder', () => {
  const store = new TrustStore(dir);
  for (const id of ['', '../x', 'a/b', '.hidden', 'x'.repeat(60)]) {
    expect(() => store.load(id)).toThrow(CliError);
  }
});
