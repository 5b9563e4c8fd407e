import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { channels } from './channels/index.ts';
import { ASKED, ASKED_CHANNELS, conformityPage } from './conformity.ts';
import type { DeribitList } from './conformity.ts';
import { methods } from './methods/index.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const deribit = JSON.parse(read('test/vectors/gateway/deribit.json')) as DeribitList;

test('everything that existing clients depend on is there', () => {
  const names = [...ASKED.P0, ...ASKED.P1];
  expect(names.filter((name) => !(name in methods))).toEqual([]);
  const patterns = new Set(channels.map(({ pattern }) => pattern));
  const asked = [...ASKED_CHANNELS.P0, ...ASKED_CHANNELS.P1];
  expect(asked.filter((pattern) => !patterns.has(pattern))).toEqual([]);
});

test('every method is one of Deribit’s', () => {
  expect(Object.keys(methods).filter((name) => !(name in deribit.methods))).toEqual([]);
});

test('the page says of each what the code says', () => {
  const page = read('docs/conformity.md').replaceAll(/\s+/g, ' ');
  const cells = conformityPage(deribit)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '));
  for (const [name, priority, state] of cells) {
    expect(page).toContain(`| ${name!} | ${priority!} | ${state!} |`.replaceAll(/\s+/g, ' '));
  }
});
