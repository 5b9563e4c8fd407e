import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { chromium } from 'playwright-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { QueryOrdersRequest, QueryOrdersResponse } from '../../proto/gen/tenor.clob.v1.ts';
import { tenorRoutes } from '../tenorRoutes.ts';
import { operatorText } from '../services/bech32.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { firstCall, fundUsers, trade } from '../../test/harness/crisis.ts';
import { findChromium } from '../../test/browser/chromium.ts';
import { Side, orderMsg } from '../../test/harness/trading.ts';
import { QueryRefused, Reader } from '../port.ts';
import type { QueryPort } from '../port.ts';
import { startApi } from '../server.ts';
import type { Api } from '../server.ts';
import { openApiDocument } from './document.ts';
import type { Operation, Parameter } from './gatewayPaths.ts';
import { described } from './ownPaths.ts';

const document = openApiDocument() as ReturnType<typeof openApiDocument> & {
  paths: Record<string, Record<string, Operation>>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { int64: true } });
ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
ajv.addSchema({ $id: 'openapi', components: document.components, paths: document.paths });

let chain: TestChain;
let api: Api;
const REFUSED = { codespace: expect.any(String), code: expect.any(Number) };

/** What examples are called in this chain. */
const names: Record<string, string> = {};

beforeAll(async () => {
  chain = await TestChain.start({ alone: true });
  await fundUsers(chain, { alice: 20_000, bob: 200_000 });
  const series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 0.5 });
  const bob = chain.user('bob');
  const bid = orderMsg(bob, { series, side: Side.SIDE_BUY, size: 0.1, price: 5 });
  await chain.block({ txs: [chain.sign(bob, [bid])] });
  names['order'] = chain
    .query('/tenor.clob.v1.Query/Orders', ...([QueryOrdersRequest, QueryOrdersResponse] as const), {
      owner: bob.address,
      subaccount: 0,
    })
    .orders[0]!.id.toString();
  names['series'] = series;
  names['address'] = bob.address;
  names['expiry'] = series.split('-')[1]!;
  names['validator'] = Buffer.from(chain.validators[0]!.address).toString('hex');
  api = await startApi({
    listen: '127.0.0.1:0',
    rpc: 'http://127.0.0.1:1',
    query: (path, data, height) => chain.node.app.answer(path, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: () => undefined },
  });
});

afterAll(async () => {
  await api.close();
  await chain.close();
});

/** Whether an answer is as the document says. */
function expectFits(path: string, verb: string, answer: unknown): void {
  const place = path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B');
  const pointer = `${place.replaceAll('}', '%7D')}/${verb}/responses/200/content`;
  const check = ajv.compile({
    $ref: `openapi#/paths/${pointer}/application~1json/schema`,
  });
  check(answer);
  expect([path, check.errors ?? []]).toEqual([path, []]);
}

/** A path with its examples, in the names of this chain. */
function urlOf(path: string, parameters: readonly Parameter[]): string {
  const value = ({ name, example }: Parameter) => names[name] ?? String(example);
  const asked = parameters.filter((one) => one.in === 'query' && one.example !== undefined);
  const query = new URLSearchParams(asked.map((one) => [one.name, value(one)]));
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    value(parameters.find((one) => one.name === name)!),
  );
  return `${api.url}${filled}?${query.toString()}`;
}

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect([errors, valid, validator.version]).toEqual([undefined, true, '3.1']);
  });

  test('has every route of the server, and none that is not there', () => {
    expect(Object.keys(described).sort()).toEqual(Object.keys(tenorRoutes).sort());
    const shape = (path: string) =>
      path.replace(/\{\w+\}|:\w+|\*/g, '{}').replace(/^((GET )?\/docs)\/[\w-]+\.\w+$/, '$1/{}');
    const told = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${shape(path)}`),
    );
    const there = api.routes.filter((route) => /^(GET|POST) /.test(route)).map(shape);
    // Of the terminal, which this node does not serve.
    const absent = ['GET /', 'GET /assets/{}', 'GET /test-accounts.json'];
    expect([...new Set(told)].filter((one) => !absent.includes(one)).sort()).toEqual(
      [...new Set(there)].sort(),
    );
    expect(there.length).toBeGreaterThan(100);
  });

  test.each(Object.keys(tenorRoutes))('has every parameter that %s reads', (path) => {
    const read = new Set<string>();
    const { parameters } = document.paths[path.replace(/:(\w+)/g, '{$1}')]!['get'] as {
      parameters: Parameter[];
    };
    const asked = parameters.filter(({ example }) => example !== undefined);
    const values = Object.fromEntries(
      asked.map((one) => [one.name, names[one.name] ?? String(one.example)]),
    );
    const params = new Proxy(values, {
      get: (target, name: string) => {
        read.add(name);
        return target[name];
      },
    });
    const query: QueryPort = (where, data, height) => chain.node.app.answer(where, data, height);
    try {
      tenorRoutes[path]!(new Reader(query, 0), params);
    } catch (error) {
      // Of a healthy account there is no auction.
      expect([path, error instanceof QueryRefused]).toEqual([path, true]);
    }
    const told = parameters.map(({ name }) => name).filter((name) => name !== 'height');
    expect([...read].filter((name) => !told.includes(name))).toEqual([]);
    expect(told.filter((name) => !read.has(name))).toEqual([]);
  });

  test('is served as it is', async () => {
    const response = await fetch(`${api.url}/openapi.json`);
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  const own = Object.entries(document.paths).filter(([path]) => path.startsWith('/tenor/'));

  test.each(own.map(([path]) => path))('%s answers its example as it says', async (path) => {
    const { parameters } = document.paths[path]!['get'] as { parameters: Parameter[] };
    const response = await fetch(urlOf(path, parameters));
    const body: unknown = await response.json();
    // Of a healthy account there is no auction to tell of.
    if (path.endsWith('/auction')) {
      expect([response.status, body]).toEqual([400, { error: expect.any(String), ...REFUSED }]);
      return;
    }
    expect([path, response.status, body]).toEqual([path, 200, expect.anything()]);
    expectFits(path, 'get', body);
  });

  test('a what-if by POST answers as it says', async () => {
    const path = '/tenor/v1/accounts/{address}/{subaccount}/what-if';
    const { requestBody, parameters } = document.paths[path]!['post'] as unknown as {
      requestBody: { content: { 'application/json': { example: object } } };
      parameters: Parameter[];
    };
    const response = await fetch(urlOf(path, parameters), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(requestBody.content['application/json'].example),
    });
    expect(response.status).toBe(200);
    expectFits(path, 'post', await response.json());
  });

  const cosmos = Object.keys(document.paths).filter(
    (path) => path.startsWith('/cosmos/') && 'get' in document.paths[path]!,
  );

  test('Cosmos paths answer as it says, where no engine is needed', async () => {
    const { body } = await get('/cosmos/staking/v1beta1/validators');
    const [validator] = (body as { validators: { operator_address: string }[] }).validators;
    let answered = 0;
    for (const path of cosmos) {
      const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
        if (/valid/.test(name))
          return validator?.operator_address ?? operatorText(new Uint8Array(20));
        return { denom: 'uusd', name: 'accounts' }[name] ?? names['address']!;
      });
      const answer = await get(`${filled}?denom=uusd`);
      if (answer.status !== 200) continue;
      answered++;
      expectFits(path, 'get', answer.body);
    }
    expect(answered).toBeGreaterThan(40);
  });

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(api.url + path);
    return { status: response.status, body: await response.json() };
  }
});

const chromiumPath = findChromium();

describe('the page', () => {
  // A machine without Chromium has no page to look at.
  (chromiumPath === null ? test.skip : test)('lists the paths, in a browser', async () => {
    const executablePath = chromiumPath!;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      const wrong: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      page.on('console', (message) => void wrong.push(message.text()));
      page.on('pageerror', (error) => void wrong.push(String(error)));
      await page.goto(`${api.url}/docs`);
      await page.click('.opblock-tag[data-tag="markets"]');
      await page.click('.opblock .opblock-summary-control');
      await page.waitForSelector('.opblock-body .responses-table');
      const isElsewhere = (url: string) => !url.startsWith(api.url) && !url.startsWith('data:');
      expect([wrong, asked.filter(isElsewhere)]).toEqual([[], []]);
    } finally {
      await browser.close();
    }
  });

  test('shows it, with nothing from elsewhere', async () => {
    const page = await fetch(`${api.url}/docs`);
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*connect-src 'self'/,
    );
    expect(text).not.toMatch(/https?:|["']\/\//);
    const parts = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
    expect(parts).toHaveLength(5);
    for (const path of parts) {
      const part = await fetch(api.url + path);
      expect([part.status, (await part.text()).length > 0]).toEqual([200, true]);
    }
  });
});
