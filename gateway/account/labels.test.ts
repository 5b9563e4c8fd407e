import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Labels } from './labels.ts';

let dir: string;
let path: string;
let nowMs = 1_000_000;
const resting = new Set<string>();
const open = () =>
  new Labels(
    path,
    () => nowMs,
    (id) => resting.has(id),
  );
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-labels-'));
  path = join(dir, 'labels');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the same label with the same terms has one name, also after a crash', () => {
  const { clientOrderId, isKnown } = open().claim('a', 'buy 1 at 10');
  expect(isKnown).toBe(false);
  // Half of a line: the power went.
  appendFileSync(path, '{"key":"half');
  const again = open().claim('a', 'buy 1 at 10');
  expect(again).toEqual({ clientOrderId, isKnown: true, isAnswered: false, timeMs: nowMs });
  expect(clientOrderId.length).toBeLessThanOrEqual(36);
});

test('other terms, and other labels, have other names', () => {
  const labels = open();
  const names = [
    labels.claim('a', 'buy 1 at 10'),
    labels.claim('a', 'buy 1 at 11'),
    labels.claim('b', 'buy 1 at 10'),
    labels.claim('', 'abuy 1 at 10'),
  ].map(({ clientOrderId }) => clientOrderId);
  expect(new Set(names).size).toBe(4);
  expect(names.map((name) => labels.labelOf(name))).toEqual(['a', 'a', 'b', '']);
});

test('what was answered may be asked for anew, under another name that stays, too', () => {
  const labels = open();
  const { clientOrderId } = labels.claim('a', 'terms');
  labels.answered(clientOrderId);
  const renewed = labels.renew(clientOrderId);
  expect(renewed.clientOrderId).not.toBe(clientOrderId);
  const later = open();
  expect(later.claim('a', 'terms')).toMatchObject({ ...renewed, isKnown: true, isAnswered: false });
  expect(later.labelOf(clientOrderId)).toBe('a');
});

test('a name of somebody else is the label of its order; one without a label has none', () => {
  expect(open().labelOf('from-the-cli')).toBe('from-the-cli');
  expect(open().labelOf(Labels.unlabelled())).toBe('');
});

test('a day later it is forgotten, and the file is for nobody else', () => {
  const labels = open();
  labels.answered(labels.claim('a', 'terms').clientOrderId);
  nowMs += 86_400_001;
  expect(open().claim('b', 'terms').isKnown).toBe(false);
  expect(readFileSync(path, 'utf8')).not.toContain('"label":"a"');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('as long as its order rests its label is known', () => {
  const labels = open();
  const { clientOrderId } = labels.claim('rests', 'terms');
  const { clientOrderId: gone } = labels.claim('gone', 'terms');
  resting.add(clientOrderId);
  nowMs += 30 * 86_400_000;
  const later = open();
  expect(later.labelOf(clientOrderId)).toBe('rests');
  expect(later.claim('rests', 'terms')).toMatchObject({ clientOrderId, isKnown: true });
  expect(later.labelOf(gone)).not.toBe('gone');
  resting.clear();
  expect(open().labelOf(clientOrderId)).not.toBe('rests');
});

test('a label may be anything', () => {
  const labels = open();
  for (const label of [
    "'; DROP TABLE orders; --",
    '\n{"answered":"x"}\n',
    '\u2028',
    '😀'.repeat(32),
  ]) {
    const { clientOrderId } = labels.claim(label, 'terms');
    expect(open().labelOf(clientOrderId)).toBe(label);
  }
});
