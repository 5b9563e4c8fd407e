import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TextServer } from '../../test/harness/textServer.ts';
import { callAll } from './jsonRpc.ts';

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
