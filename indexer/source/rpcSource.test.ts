import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TextServer } from '../../test/harness/textServer.ts';
import { callAll } from './jsonRpc.ts';
import { RpcSource } from './rpcSource.ts';

let answer: (body: string) => string;
let server: TextServer;
let url: string;

beforeEach(async () => {
  server = new TextServer((body) => answer(body));
  url = await server.listen();
});
afterEach(() => server.close());

const calls = [
  { method: 'status', params: {} },
  { method: 'block', params: { height: '1' } },
];

describe('questions to an engine', () => {
  test('are answered in any order, one alone without a list', async () => {
    answer = () => JSON.stringify([1, 0].map((id) => ({ id, result: `of ${id}` })));
    expect(await callAll(url, calls)).toEqual(['of 0', 'of 1']);
    answer = () => JSON.stringify({ id: 0, result: 'alone' });
    expect(await callAll(url, calls.slice(0, 1))).toEqual(['alone']);
  });

  test.each([
    ['{"id":0,"error":{"message":"Internal error","data":"busy"}}', 'Internal error: busy', true],
    ['[{"id":0,"result":1}]', 'not an answer to every question', true],
    ['{"error":{"message":"height 1 is not available, lowest height is 9"}}', 'lowest', false],
    ['{}', 'not an answer of a node', true],
    ['<html>', 'no answer from', true],
  ])('that %s answers fail so that one may ask again, or not', async (text, message, passing) => {
    answer = () => text;
    const error = await callAll(url, calls).catch((reason: unknown) => reason);
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ name: 'SourceError', isPassing: passing });
  });
});

describe('a node that answers half, or something else', () => {
  const META = {
    block_id: { hash: 'AA' },
    header: { height: '7', time: '2026-11-29T08:00:00Z', last_block_id: { hash: '99' } },
  };
  const RESULTS = {
    height: '7',
    txs_results: [{ code: 0, events: [{ type: 'tx', attributes: [] }] }],
    finalize_block_events: null,
  };
  const BLOCK = { block: { data: { txs: ['Y2FuZGxl'] } } };
  const whole = { blockchain: { block_metas: [META] }, block_results: RESULTS, block: BLOCK };

  const asked = (results: Readonly<Record<string, unknown>>): Promise<unknown> => {
    answer = (body) => {
      const calls = JSON.parse(body) as { id: number; method: string }[];
      return JSON.stringify(calls.map(({ id, method }) => ({ id, result: results[method] })));
    };
    return new RpcSource(url).blocks(7, 7).catch((error: unknown) => error);
  };

  test('is understood where it answers all', async () => {
    expect(await asked(whole)).toMatchObject([{ height: 7, hash: 'AA', txs: [{ code: 0 }] }]);
  });

  test.each<[string, object, string]>([
    ['no header', { blockchain: { block_metas: [] } }, 'no header of 7'],
    ['no list of headers', { blockchain: {} }, 'an answer that no engine gives'],
    ['results of another', { block_results: { ...RESULTS, height: '6' } }, 'results of 6, not 7'],
    ['no events', { block_results: { ...RESULTS, txs_results: 7 } }, 'that no engine gives'],
    ['too few transactions', { block: { block: { data: { txs: null } } } }, 'has 0 transactions'],
    ['no block', { block: {} }, 'an answer that no engine gives'],
  ])('that has %s is asked again', async (_, change, message) => {
    const error = await asked({ ...whole, ...change });
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ name: 'SourceError', isPassing: true });
  });
});
