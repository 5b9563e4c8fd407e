import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestChain } from '../../../test/harness/chain.ts';
import { TestReplica } from '../../../test/harness/replica.ts';
import type { TestReplicaOptions } from '../../../test/harness/replica.ts';
import type { Answer } from '../queries.ts';
import { FRAME, frameOf } from './frames.ts';

const PRICES = '/tenor.oracle.v1.Query/Prices';
const NOTHING = new Uint8Array(0);

let chain: TestChain;
let reader: TestReplica;

const readerOf = (options?: TestReplicaOptions) => (reader = new TestReplica(chain.node, options));
const blocks = async (count: number) => {
  for (let i = 0; i < count; i++) await chain.block();
};
const ask = (height = 0) => reader.feed.forward(PRICES, NOTHING, height);

beforeEach(async () => {
  chain = await TestChain.start();
});

afterEach(async () => {
  reader.feed.close();
  await chain.close();
});

test('a reader that comes before the first block is given that', async () => {
  readerOf();
  await sleep(5);
  expect([reader.height, ask()]).toEqual([0, undefined]);
  expect(reader.replica.answer(PRICES, NOTHING, 0)).toMatchObject({ code: 38, codespace: 'sdk' });
  await blocks(1);
  await reader.caughtUp();
  reader.expectSameState();
});

test('a reader that comes later is given the state, and every block from then on', async () => {
  await blocks(3);
  readerOf();
  await blocks(2);
  await reader.caughtUp();
  reader.expectSameState();
  const heights = [3, 4, 5].map((h) => reader.replica.answer(PRICES, NOTHING, h).code);
  // The hand-over is of the height that was the last when it came.
  expect(heights).toEqual([0, 0, 0]);
  expect(reader.replica.answer(PRICES, NOTHING, 2)).toMatchObject({ code: 38, height: 2 });
});

test('an answer is never older than what was committed when it was asked', async () => {
  await blocks(2);
  readerOf();
  await reader.caughtUp();
  await blocks(1);
  // The block is on its way; the question is behind it.
  const answer = await ask()!;
  expect(answer).toEqual(chain.node.app.answer(PRICES, NOTHING, 0));
  expect(answer.height).toBe(3);
});

test('only so many versions are kept', async () => {
  readerOf({ retainedHeights: 2 });
  await blocks(4);
  await reader.caughtUp();
  const heights = [2, 3, 4].map((h) => reader.replica.answer(PRICES, NOTHING, h).code);
  expect(heights).toEqual([38, 0, 0]);
});

test('a reader that does not read makes the application neither wait nor grow', async () => {
  await blocks(2);
  readerOf({ queueMaxBytes: 20_000 });
  await reader.caughtUp();
  reader.far.pause();
  const pending = ask()!;
  // More than the stream and the queue hold.
  await blocks(30);
  expect(reader.link.queuedBytes).toBeLessThanOrEqual(20_000);
  expect(await pending).toMatchObject({ codespace: 'runtime', code: 20 });
  expect(ask()).toBeUndefined();
  reader.far.resume();
  await reader.caughtUp();
  reader.expectSameState();
  await blocks(1);
  await reader.caughtUp();
  reader.expectSameState();
});

test('what is not answered in time is refused, not asked again', async () => {
  await blocks(2);
  readerOf({ askMaxMs: 20 });
  await reader.caughtUp();
  reader.far.pause();
  expect(await ask()).toMatchObject({ codespace: 'runtime', code: 20, height: 2 });
});

test('whoever asked a reader that dies is told so, and the next reader begins anew', async () => {
  await blocks(2);
  readerOf();
  await reader.caughtUp();
  reader.far.pause();
  const pending = ask()!;
  reader.far.end();
  expect(await pending).toMatchObject({ codespace: 'runtime', code: 20 });
  expect(ask()).toBeUndefined();
  await blocks(1);
  reader.restart();
  await reader.caughtUp();
  reader.expectSameState();
});

test.each([
  ['no frame', Buffer.alloc(100, 255)],
  ['no answer', frameOf(FRAME.answer, Buffer.from('nonsense'))],
])('%s from a reader ends its link, and nothing else', async (_, bytes) => {
  await blocks(2);
  readerOf();
  await reader.caughtUp();
  reader.far.write(bytes);
  await reader.until(() => ask() === undefined);
  expect(reader.log.errors).toHaveLength(1);
  await blocks(1);
  reader.restart();
  await reader.caughtUp();
});

test('a query of the engine goes to the reader, and its answer has the form of ABCI', async () => {
  const asked: string[] = [];
  const answer: Answer = { code: 0, codespace: '', log: '', value: Uint8Array.of(7), height: 2 };
  await blocks(2);
  readerOf();
  const app = chain.node.appWith({
    forward: (path) => {
      asked.push(path);
      return Promise.resolve(answer);
    },
    paced: (work) => work(),
  });
  const request = { path: PRICES, data: NOTHING, height: 0n, prove: false };
  expect(await app.query(request)).toMatchObject({ code: 0, value: Uint8Array.of(7), height: 2n });
  // Proofs are made of the trees, which the reader does not have.
  const key = Uint8Array.of(1);
  const proved = await app.query({
    path: '/store/runtime/key',
    data: key,
    height: 0n,
    prove: true,
  });
  expect(proved.proofOps?.ops).toHaveLength(2);
  expect(asked).toEqual([PRICES]);
});
