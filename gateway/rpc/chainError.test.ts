import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { Refusal, TxTimeout } from '../../client/index.ts';
import { refusedBy, rpcErrorOf } from './chainError.ts';

const MET = ['accounts', 'clob', 'margin', 'options', 'runtime', 'sessions', 'sdk'];
const OTHER_REJECT = 11030;

/** Codes for which Deribit has no better word, or which nothing of the gateway's meets. */
const WITHOUT = new Set([
  // Deposits, funds and referrers are the owner's; too many series has no word there.
  ...['accounts/2', 'accounts/3', 'accounts/6', 'accounts/9', 'accounts/10', 'accounts/11'],
  'accounts/12',
  // Nothing to reduce, not filled in full, nobody to take from: such orders end there.
  ...['clob/7', 'clob/9', 'clob/18'],
  // Triggers, which a session key does not place; as many groups as may be.
  ...['clob/19', 'clob/20', 'clob/21', 'clob/22', 'clob/44', 'clob/46'],
  // Withdrawals and modes are the owner's; a cap on open interest has no word there.
  ...['margin/2', 'margin/5', 'margin/6', 'options/4'],
  ...['runtime/1', 'runtime/3', 'runtime/4', 'runtime/5', 'runtime/6', 'runtime/8'],
  ...['sessions/7', 'sessions/8'],
  // Transactions that the gateway's client does not make.
  ...[2, 3, 6, 7, 8, 10, 11, 12, 14, 15, 18, 21, 22, 29, 31, 37, 38].map((code) => `sdk/${code}`),
]);

const document = readFileSync(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)));
const codes = [...document.toString().matchAll(/<a id="([a-z]+)-(\d+)">/g)]
  .map(([, codespace, code]) => [codespace!, Number(code)] as const)
  .filter(([codespace]) => MET.includes(codespace));

test('each code of the chain has a word of Deribit’s, or it is known that there is none', () => {
  expect(codes.length).toBeGreaterThan(80);
  const unknown = codes.filter(([codespace, code]) => {
    const isOther = refusedBy(codespace, code, '').code === OTHER_REJECT;
    return isOther !== WITHOUT.has(`${codespace}/${code}`);
  });
  expect(unknown).toEqual([]);
});

test('the chain’s own code and sentence come with it', () => {
  const refusal = new Refusal({ codespace: 'clob', code: 25, log: 'in an auction' });
  expect(rpcErrorOf(refusal)).toMatchObject({
    ...{ code: 10012, message: 'book_closed' },
    data: { codespace: 'clob', code: 25, reason: 'in an auction' },
  });
});

test.each([
  [true, 13028, /may still come, in a block of a time up to 2026-11-29T09:00:00/],
  [false, 10040, /did nothing, and never will/],
])('what no block has in time, which may come: %p', (mayCome, code, sentence) => {
  const untilSeconds = Date.UTC(2026, 10, 29, 9) / 1_000;
  const said = rpcErrorOf(new TxTimeout('AB', { waitMs: 9_000, mayCome, untilSeconds }));
  expect(said).toMatchObject({ code, data: { may_execute: mayCome, tx: 'AB' } });
  expect(said.data['reason']).toMatch(sentence);
});

test('what came too late did nothing: it may be asked again', () => {
  const late = new Refusal({ codespace: 'sdk', code: 42, log: 'the timeout has passed' });
  expect(rpcErrorOf(late)).toMatchObject({ code: 10040, message: 'retry' });
});
