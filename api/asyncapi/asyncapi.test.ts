import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide } from '../../test/harness/streams.ts';
import { seriesOf } from '../../test/harness/trading.ts';
import { StreamClient } from '../stream/fixture.ts';
import { CHANNEL_KINDS } from '../stream/channels.ts';
import { asyncApiDocument } from './document.ts';
import { described } from './documents.ts';
import { examples } from './examples.ts';
import { heardMisfits, misfits } from './fixture.ts';
import { requests } from './messages.ts';

const require = createRequire(import.meta.url);
const document = asyncApiDocument();

/** The page's series; the chain of the test has another one. */
const SERIES = 'BTC-27DEC26-100000-C';

let chain: TestChain;
let readSide: TestReadSide;
let client: StreamClient;

beforeAll(async () => {
  chain = await TestChain.start({ alone: true });
  for (let i = 0; i < 4; i++) await chain.block();
  readSide = await TestReadSide.start(chain.node);
  await readSide.reader.caughtUp();
  client = await StreamClient.connect(readSide.streamUrl);
});
afterAll(async () => {
  client.socket.terminate();
  await readSide.close();
  await chain.close();
});

describe('the document', () => {
  test('is AsyncAPI 3.0', () => {
    const schema = require('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const check = ajv.compile(schema);
    check(JSON.parse(JSON.stringify(document)));
    expect(check.errors ?? []).toEqual([]);
  });

  test('refers to nothing that it does not have', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(100);
    const missing = refs.filter(([, path]) => {
      let at: unknown = document;
      for (const part of path!.split('/')) at = (at as Record<string, unknown>)[part];
      return at === undefined;
    });
    expect(missing).toEqual([]);
  });

  test('has every kind of channel, and none that is not there', () => {
    const kinds = Object.keys(described).map((kind) => kind.split(':')[0]!);
    expect([...new Set(kinds)].sort()).toEqual([...CHANNEL_KINDS].sort());
  });

  test('is served as it is, and shown on a page that asks no other server', async () => {
    const served = await fetch(`${readSide.api.url}/asyncapi.json`);
    expect(await served.json()).toEqual(JSON.parse(JSON.stringify(document)));
    const page = await fetch(`${readSide.api.url}/docs/streams`);
    const text = await page.text();
    expect([
      page.status,
      text.includes('<script'),
      /(src|href)="(?!\/|#|data:)/.test(text),
    ]).toEqual([200, false, false]);
    for (const name of Object.keys(document.components.messages)) {
      expect(text).toContain(`id="${name}"`);
    }
  });
});

describe('examples', () => {
  const all = Object.entries(examples).flatMap(([name, list]) =>
    list.map((example) => [name, example] as const),
  );

  test.each(all)('of %s are as its schema says', (name, example) => {
    expect(misfits(name, example)).toEqual([]);
  });

  test('of requests are answered as the document says, without an error', async () => {
    const symbol = seriesOf(chain, 'BTC')[0]!.symbol;
    const asked = Object.keys(requests).flatMap((name) => examples[name] ?? []);
    expect(asked.length).toBeGreaterThan(4);
    for (const request of asked) client.say(JSON.stringify(request).replaceAll(SERIES, symbol));
    await client.next('pong');
    // The book was left again before its turn.
    await client.next('snapshot', 5);
    await chain.block();
    await readSide.reader.caughtUp();
    await client.next('events');
    expect(client.of('error')).toEqual([]);
    expect(client.heard.flatMap(heardMisfits)).toEqual([]);
  });

  test('of docs/streams.md are as the document says', () => {
    const page = readFileSync(new URL('../../docs/streams.md', import.meta.url), 'utf8');
    const found = [...page.matchAll(/```json (request|answer)\n([^]*?)```/g)];
    expect(found.length).toBeGreaterThan(8);
    const wrong = found.flatMap(([, kind, text]) => {
      const message = JSON.parse(text!) as { op: string; type: string };
      return kind === 'request' ? misfits(message.op, message) : heardMisfits(message);
    });
    expect(wrong).toEqual([]);
  });
});
