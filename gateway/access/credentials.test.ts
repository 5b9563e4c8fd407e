import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openCredentials } from './credentials.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  path = join(dir, 'deep', 'keys.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('credentials are made once, for nobody else to read, and kept', () => {
  const made = openCredentials(path, true);
  expect(made.sessionKey).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir, 'deep')).mode & 0o777).toBe(0o700);
  expect(openCredentials(path, true)).toEqual(made);
  expect(openCredentials(join(dir, 'other.json'), true).clientSecret).not.toBe(made.clientSecret);
});

test('a session key is made later where there was none, and the secret stays', () => {
  const made = openCredentials(path, false);
  expect(made.sessionKey).toBeNull();
  const completed = openCredentials(path, true);
  expect(completed).toMatchObject({ clientSecret: made.clientSecret });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(completed);
});

test('a file that others can read is refused, with what to do', () => {
  openCredentials(path, true);
  chmodSync(path, 0o640);
  expect(() => openCredentials(path, true)).toThrow(`chmod 600 ${path}`);
});

test.each(['', '{}', '[]', '{"clientId":"12345678","clientSecret":"12345678","sessionKey":"xyz"}'])(
  'a damaged file is named: %p',
  (text) => {
    openCredentials(path, true);
    writeFileSync(path, text);
    expect(() => openCredentials(path, true)).toThrow(/is damaged/);
  },
);
