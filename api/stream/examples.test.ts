import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import type * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide, until } from '../../test/harness/streams.ts';
import { depositMsg, FEE, orderMsg, seriesOf, Side } from '../../test/harness/trading.ts';
import { CLOSE, ERRORS } from './protocol.ts';

const PAGE = readFileSync(new URL('../../docs/streams.md', import.meta.url), 'utf8');
/** The page's series; the chain of the test has another one. */
const SERIES = 'BTC-27DEC26-100000-C';

type Message = Record<string, unknown>;

let chain: TestChain;
let readSide: TestReadSide;
let socket: WebSocket;
let symbol: string;
const heard: Message[] = [];

const examples = [...PAGE.matchAll(/```json (request|answer)\n([^]*?)```/g)].map(
  ([, kind, text]) => ({ kind, text: text! }),
);

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 4; i++) await chain.block();
  const [alice] = [...chain.users.values()];
  await chain.block({ txs: [chain.sign(alice!, [depositMsg(alice!, 50_000)], FEE)] });
  symbol = seriesOf(chain, 'BTC')[0]!.symbol;
  readSide = await TestReadSide.start(chain.node, { heartbeatMs: 2_000 });
  await readSide.reader.caughtUp();
  socket = new WebSocket(readSide.streamUrl);
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message));
  await until(() => heard.length > 0, 'the welcome');
});
afterAll(async () => {
  socket.terminate();
  await readSide.close();
  await chain.close();
});

/** The same fields, of the same kinds: what a program must be ready for. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (value === null || typeof value !== 'object') return typeof value;
  const entries = Object.entries(value).map(([key, inner]) => [
    /^\d+$/.test(key) ? 'number' : key.replaceAll(symbol, SERIES),
    shapeOf(inner),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

const isAs = (example: Message) => {
  // Values by which a program decides are the page's own; sides of a book depend on the market.
  const { type, code, how } = example;
  return (message: Message) =>
    message['type'] === type &&
    (code === undefined || message['code'] === code) &&
    (how === undefined || message['how'] === how) &&
    (example['channel'] === undefined ||
      String(message['channel']).replaceAll(symbol, SERIES) === example['channel']);
};

test('every request of the page is answered as the page says', async () => {
  expect(examples.length).toBeGreaterThan(8);
  const alice = chain.user('alice');
  const at = (side: clob.Side, price: number) =>
    orderMsg(alice, { series: symbol, side, size: 1, price });
  for (const { kind, text } of examples) {
    const json = JSON.parse(text.replaceAll(SERIES, symbol)) as Message;
    if (kind === 'request') {
      // What was subscribed to before is subscribed to anew.
      const channels = (json['channels'] as (string | Message)[] | undefined) ?? [];
      for (const channel of channels) {
        if (typeof channel === 'object') {
          socket.send(JSON.stringify({ op: 'unsubscribe', channels: [channel['channel']] }));
        }
      }
      socket.send(JSON.stringify(json));
    } else {
      const example = JSON.parse(text) as Message;
      if (example['type'] === 'patch') {
        const messages = [at(Side.SIDE_SELL, 700), at(Side.SIDE_BUY, 20)];
        await until(() => heard.some((m) => m['type'] === 'snapshot'), 'a snapshot');
        await chain.block({ txs: [chain.sign(alice, messages)] });
        await readSide.reader.caughtUp();
      }
      await until(() => heard.some(isAs(example)), `${text} among ${JSON.stringify(heard)}`);
      const found = heard.findLast(isAs(example))!;
      const { data, ...head } = found;
      const { data: wanted, ...wantedHead } = example;
      expect(shapeOf(head)).toEqual(shapeOf(wantedHead));
      if (example['type'] === 'snapshot') {
        expect(Object.keys(data as object)).toEqual(Object.keys(wanted as object));
      } else if (wanted !== undefined) expect(shapeOf(data)).toMatchObject(shapeOf(wanted)!);
    }
  }
});

test('the page has every error code, close code and channel, and no other', async () => {
  const codes = Object.keys(ERRORS);
  const rows = [...PAGE.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code!);
  const listed = rows.filter((code) => /_|busy|internal/.test(code));
  expect(listed.toSorted()).toEqual(codes.toSorted());
  const closes = [...PAGE.matchAll(/^\| (\d{4}) /gm)].map(([, code]) => Number(code));
  expect(closes).toEqual([...Object.values(CLOSE), 1009].toSorted((a, b) => a - b));
  const names = [...PAGE.matchAll(/^\| `([a-z]+(?::[^`]*)?)` +\|/gm)].map(([, name]) => name!);
  const owner = chain.user('alice').address;
  const kinds = names.filter((name) => /:|^(liquidations|blocks)$/.test(name));
  expect(kinds.length).toBe(9);
  for (const kind of kinds) {
    const channel = kind
      .replace(/UNDERLYING\\\|SERIES|UNDERLYING/, 'BTC')
      .replace('SERIES', symbol)
      .replace('ADDRESS', owner);
    const before = heard.length;
    socket.send(JSON.stringify({ op: 'unsubscribe', channels: [channel] }));
    socket.send(JSON.stringify({ op: 'subscribe', channels: [channel] }));
    const found = () =>
      heard.slice(before).find((m) => m['type'] === 'snapshot' && m['channel'] === channel);
    await until(() => found() !== undefined, channel);
    // Each field that the row names is one of the document's or may be absent from it.
    const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${kind}\``))!;
    const document = row.split(/(?<!\\)\|/)[2]!;
    for (const field of Object.keys(found()!['data'] as object)) {
      expect([channel, field, document.includes(`\`${field}\``) || isSaid(field)]).toEqual([
        ...[channel, field, true],
      ]);
    }
  }
});

/** Named by the channel itself. */
const isSaid = (field: string) => ['underlying', 'blocks'].includes(field);
