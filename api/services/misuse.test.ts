import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { services } from '../../proto/gen/services.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { restRoutes } from '../rest/routes.ts';
import { startApi } from '../server.ts';
import type { Api } from '../server.ts';

const RUNS = Number(process.env['MISUSE_RUNS'] ?? 150);

let chain: TestChain;
let api: Api;
let client: Client;
const faults: object[] = [];

beforeAll(async () => {
  chain = await TestChain.start({ alone: true });
  for (let i = 0; i < 3; i++) await chain.block();
  api = await startApi({
    ...{ listen: '127.0.0.1:0', grpc: '127.0.0.1:0', rpc: 'http://127.0.0.1:1' },
    query: (path, data, height) => chain.node.app.answer(path, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: (fields) => faults.push(fields) },
  });
  client = new Client(api.grpc!, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await api.close();
  await chain.close();
});

const paths = services.flatMap(({ name, methods }) =>
  methods.map((method) => `/${name}/${method.name}`),
);

const asIs = (bytes: Buffer): Buffer => bytes;

const codeOf = (path: string, request: Uint8Array) =>
  new Promise<status>((resolve) => {
    client.makeUnaryRequest(path, asIs, asIs, Buffer.from(request), (error: ServiceError | null) =>
      resolve(error?.code ?? status.OK),
    );
  });

/** Fields as the wire has them, right or wrong, and bytes that are none. */
const wire = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .array(
      fc.record({
        tag: fc.integer({ min: 0, max: 127 }),
        value: fc.uint8Array({ maxLength: 24 }),
      }),
      { maxLength: 6 },
    )
    .map((fields) =>
      Uint8Array.from(fields.flatMap(({ tag, value }) => [tag, value.length, ...value])),
    ),
);

test('whatever bytes come over gRPC, the answer is one of gRPC, and no fault of ours', async () => {
  const expected = [...[status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND, status.UNAVAILABLE]];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), wire, async (path, bytes) => {
      expect(expected).toContain(await codeOf(path, bytes));
    }),
    { numRuns: RUNS },
  );
  expect(faults).toEqual([]);
});

const isGatewayShape = (body: unknown): boolean =>
  JSON.stringify(Object.keys(body as object)) === '["code","message","details"]';

const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom('pagination.limit', 'pagination.key', 'pagination.offset', 'pagination'),
    fc.constantFrom('height', 'status', 'events', 'order_by', '__proto__', 'constructor.prototype'),
    fc.string({ maxLength: 20 }),
  ),
  fc.oneof(fc.string({ maxLength: 40 }), fc.integer().map(String), fc.bigInt().map(String)),
);

test('whatever is in a path and its parameters, answers have the shape of a gateway', async () => {
  const gets = restRoutes().filter(({ verb }) => verb === 'GET');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...gets.map(({ template }) => template)),
      fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }),
      fc.array(parameter, { maxLength: 4 }),
      async (template, name, parameters) => {
        fc.pre(name.isWellFormed() && name !== '.' && name !== '..');
        const filled = template.replace(/\{[^}]+\}/g, () => encodeURIComponent(name));
        const url = `${api.url}${filled}?${new URLSearchParams(parameters).toString()}`;
        const response = await fetch(url);
        const body: unknown = await response.json();
        expect([200, 400, 404, 501, 503]).toContain(response.status);
        if (response.status !== 200) expect([url, isGatewayShape(body)]).toEqual([url, true]);
      },
    ),
    { numRuns: RUNS },
  );
  expect(faults).toEqual([]);
});

test('whatever JSON is posted, the answer is in the shape of the gateway', async () => {
  const known = fc.constantFrom('tx', 'tx_bytes', 'mode', 'body', 'messages', '@type', '__proto__');
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.constantFrom<unknown>('AAAA', '/cosmos.tx.v1beta1.TxBody', '/google.protobuf.Any'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(known, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const posts = restRoutes().filter(({ verb }) => verb === 'POST');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...posts.map(({ template }) => template)),
      fc.oneof(
        tree.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      async (template, body) => {
        const response = await fetch(api.url + template, { method: 'POST', body });
        const answer: unknown = await response.json();
        expect([400, 503]).toContain(response.status);
        expect([body, isGatewayShape(answer)]).toEqual([body, true]);
      },
    ),
    { numRuns: RUNS },
  );
  expect(faults).toEqual([]);
});

test('who asks for another method, or too much at once, is refused in its words', async () => {
  expect(await codeOf('/cosmos.bank.v1beta1.Query/Nothing', new Uint8Array(0))).toBe(
    status.UNIMPLEMENTED,
  );
  const huge = await codeOf('/cosmos.bank.v1beta1.Query/Balance', new Uint8Array(1_200_000));
  expect(huge).toBe(status.RESOURCE_EXHAUSTED);
});
