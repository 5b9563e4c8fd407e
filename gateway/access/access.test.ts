import { createHmac } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { RpcError } from '../rpc/rpcError.ts';
import { Access } from './access.ts';

const credentials = { clientId: 'the-id-1', clientSecret: 'the-secret', sessionKey: null };
const START = 1_795_900_000_000;
const URI = '/api/v2/private/get_positions?currency=BTC';
let nowMs: number;
let access: Access;

beforeEach(() => {
  nowMs = START;
  access = new Access(credentials, () => nowMs);
});

const hmac = (text: string, secret = credentials.clientSecret) =>
  createHmac('sha256', secret).update(text).digest('hex');

/** A request as Deribit's clients sign it. */
function signed({ ts = nowMs, nonce = 'n1', uri = URI, secret = 'the-secret', body = '' } = {}) {
  const sig = hmac(`${ts}\n${nonce}\nGET\n${uri}\n${body}\n`, secret);
  const authorization = `deri-hmac-sha256 id=the-id-1,ts=${ts},sig=${sig},nonce=${nonce}`;
  return { authorization, method: 'GET', uri: URI, body: '' };
}

function reasonOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    const { code, data } = error as RpcError;
    return `${code} ${String(data['reason'])}`;
  }
}

test('a signed request is let in, once', () => {
  access.check(signed());
  expect(reasonOf(() => access.check(signed()))).toMatch(/^13004 this nonce was used/);
  access.check(signed({ nonce: 'n2' }));
});

test('what was signed before the start is refused: it may have been used', () => {
  expect(reasonOf(() => access.check(signed({ ts: START - 1 })))).toMatch(/^13004 signed before/);
});

test.each([
  ['another secret', { secret: 'guessed' }, /signature is wrong/],
  ['another address', { uri: `${URI}&count=1` }, /signature is wrong/],
  ['another body', { body: '{}' }, /signature is wrong/],
  ['a clock 60 s ahead', { ts: START + 60_000 }, /30 s off/],
  ['a clock 60 s behind', { ts: START - 60_000 }, /30 s off/],
  ['no nonce', { nonce: '' }, /nonce is missing/],
  ['a nonce without end', { nonce: 'n'.repeat(65) }, /nonce is missing or too long/],
])('%s is refused', (_name, changed, reason) => {
  expect(reasonOf(() => access.check(signed(changed)))).toMatch(reason);
});

test.each(['', 'Bearer', 'Bearer guessed', 'deri-hmac-sha256', 'deri-hmac-sha256 id', 'Digest x'])(
  'a header of %p is refused',
  (authorization) => {
    const request = { authorization, method: 'GET', uri: URI, body: '' };
    expect(reasonOf(() => access.check(request))).toMatch(/^130(04|09) /);
  },
);

test('a token lets in until it is over, and a refresh token gives one other', () => {
  const first = access.byCredentials('the-id-1', 'the-secret');
  const bearer = (token: string) => ({ ...signed(), authorization: `Bearer ${token}` });
  access.check(bearer(first.accessToken));
  nowMs += first.expiresIn * 1_000 + 1;
  expect(reasonOf(() => access.check(bearer(first.accessToken)))).toMatch(/^13009/);
  const second = access.byRefresh(first.refreshToken);
  access.check(bearer(second.accessToken));
  expect(reasonOf(() => access.byRefresh(first.refreshToken))).toMatch(/^13004/);
});

test('a connection signs its time, its nonce and data of its own', () => {
  const sig = hmac(`${nowMs}\nabc\nsome data`);
  const sign = (data: string) => access.bySignature('the-id-1', nowMs, 'abc', data, sig);
  expect(sign('some data').expiresIn).toBeGreaterThan(0);
  expect(reasonOf(() => sign('some data'))).toMatch(/nonce was used/);
  expect(reasonOf(() => sign('other data'))).toMatch(/signature is wrong/);
});

test('the id and the secret must both be right', () => {
  for (const [id, secret] of [
    ['the-id-1', 'x'],
    ['x', 'the-secret'],
    ['', ''],
  ] as const) {
    expect(reasonOf(() => access.byCredentials(id, secret))).toMatch(/^13004/);
  }
  const basic = (text: string) => ({
    ...signed(),
    authorization: `Basic ${Buffer.from(text).toString('base64')}`,
  });
  access.check(basic('the-id-1:the-secret'));
  expect(reasonOf(() => access.check(basic('the-id-1')))).toMatch(/^13004/);
});

test('tokens are bounded: the oldest goes', () => {
  const first = access.byCredentials('the-id-1', 'the-secret');
  for (let i = 0; i < 1_000; i++) access.byCredentials('the-id-1', 'the-secret');
  const bearer = { ...signed(), authorization: `Bearer ${first.accessToken}` };
  expect(reasonOf(() => access.check(bearer))).toMatch(/^13009/);
});

test('a token of a connection is good for half a day, others for a quarter of an hour', () => {
  const [id, secret] = ['the-id-1', 'the-secret'];
  const tokens = [access.byCredentials(id, secret), access.byCredentials(id, secret, true)];
  expect(tokens.map(({ expiresIn }) => expiresIn)).toEqual([900, 43_200]);
  expect(access.byRefresh(tokens[1]!.refreshToken, true).expiresIn).toBe(43_200);
  nowMs += 901_000;
  const [short, long] = tokens.map(({ accessToken }) => ({
    ...signed(),
    authorization: `Bearer ${accessToken}`,
  }));
  expect(reasonOf(() => access.check(short!))).toMatch(/^13009/);
  access.check(long!);
});
