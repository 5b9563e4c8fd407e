import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Metadata, credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { GrpcReflection } from 'grpc-js-reflection-client';
import { createRegistry } from '../../app/modules/index.ts';
import * as auth from '../../proto/gen/cosmos.auth.v1beta1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { services } from '../../proto/gen/services.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { UserKey } from '../../test/harness/keys.ts';
import { startApi } from '../server.ts';
import type { Api } from '../server.ts';

let chain: TestChain;
let api: Api;
let client: Client;
const faults: object[] = [];

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 5; i++) await chain.block();
  api = await startApi({
    listen: '127.0.0.1:0',
    grpc: '127.0.0.1:0',
    // Nobody listens there.
    rpc: 'http://127.0.0.1:1',
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

interface Answered {
  readonly value: Uint8Array;
  readonly metadata: Metadata;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** A unary call with bytes. @throws ServiceError */
function call(path: string, request: Uint8Array, headers: Record<string, string> = {}) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise<Answered>((resolve, reject) => {
    let told = new Metadata();
    const made = client.makeUnaryRequest(
      path,
      asIs,
      asIs,
      Buffer.from(request),
      metadata,
      (error, value) => {
        if (error === null) resolve({ value: value!, metadata: told });
        else reject(error);
      },
    );
    made.on('metadata', (headersOf) => {
      told = headersOf;
    });
  });
}

const refusal = async (path: string, request: Uint8Array, headers = {}): Promise<ServiceError> =>
  call(path, request, headers).then(
    () => {
      throw new Error(`${path} was answered`);
    },
    (error: unknown) => error as ServiceError,
  );

const ACCOUNT = '/cosmos.auth.v1beta1.Query/Account';
const PRICES = '/tenor.oracle.v1.Query/Prices';

describe('the services', () => {
  test('are queries of modules and some of the engine, with the messages of their names', () => {
    const paths = services.flatMap(({ name, methods }) =>
      methods.map((method) => `/${name}/${method.name}`),
    );
    const { queries } = createRegistry();
    const simulate = '/cosmos.tx.v1beta1.Service/Simulate';
    const ofState = paths.filter((path) => !api.services.owns(path) && path !== simulate);
    expect(ofState.sort()).toEqual([...queries.keys()].sort());
    for (const { name, methods } of services) {
      const home = name.slice(0, name.lastIndexOf('.'));
      for (const method of methods) {
        const pattern = (end: string) =>
          new RegExp(`^/${home.replaceAll('.', '\\.')}\\.(Query)?${method.name}${end}$`);
        expect(method.request.typeUrl).toMatch(pattern('Request'));
        expect(method.response.typeUrl).toMatch(pattern('Response'));
      }
    }
  });

  test('answer with the bytes of the state, and say of which height', async () => {
    const { address } = chain.user('alice');
    const asked = await call(ACCOUNT, auth.QueryAccountRequest.encode({ address }));
    const { account } = auth.QueryAccountResponse.decode(asked.value);
    expect(auth.BaseAccount.decode(account!.value)).toMatchObject({ address });
    expect(asked.metadata.get('x-cosmos-block-height')).toEqual([String(chain.height)]);
  });

  test('answer at an older height that the node has', async () => {
    const old = String(chain.height - 1);
    const { metadata, value } = await call(PRICES, new Uint8Array(0), {
      'x-cosmos-block-height': old,
    });
    expect(metadata.get('x-cosmos-block-height')).toEqual([old]);
    expect(oracle.QueryPricesResponse.decode(value).prices.length).toBeGreaterThan(0);
  });

  test('simulate a transaction that is none with a refusal', async () => {
    const request = tx.SimulateRequest.encode({ txBytes: new Uint8Array([1, 2, 3]) });
    const error = await refusal('/cosmos.tx.v1beta1.Service/Simulate', request);
    expect(error.code).toBe(status.INVALID_ARGUMENT);
  });
});

describe('reflection', () => {
  const versions = ['v1', 'v1alpha'];

  test.each(versions)('%s tells every service', async (version) => {
    const reflection = new GrpcReflection(api.grpc!, credentials.createInsecure(), {}, version);
    const told = await reflection.listServices();
    expect(told).toEqual(expect.arrayContaining(services.map(({ name }) => name)));
  });

  test.each(services.map(({ name }) => name))('links the files that %s needs', async (name) => {
    const reflection = new GrpcReflection(api.grpc!, credentials.createInsecure());
    const methods = (await reflection.listMethods(name)).map((method) => method.name);
    const declared = services.find((service) => service.name === name)!.methods;
    expect(methods.sort()).toEqual(declared.map((method) => method.name).sort());
  });

  test('is all that a client needs to ask and to read the answer', async () => {
    const reflection = new GrpcReflection(api.grpc!, credentials.createInsecure());
    const descriptor = await reflection.getDescriptorBySymbol('cosmos.bank.v1beta1.Query');
    const root = descriptor.getProtobufJsRoot();
    const [question, answer] = ['Request', 'Response'].map((end) =>
      root.lookupType(`cosmos.bank.v1beta1.QueryBalance${end}`),
    );
    const { address } = chain.user('alice');
    const request = question!.encode(question!.create({ address, denom: 'uusd' })).finish();
    const { value } = await call('/cosmos.bank.v1beta1.Query/Balance', request);
    expect(answer!.decode(value).toJSON()).toEqual({
      balance: { denom: 'uusd', amount: '1000000000000' },
    });
  });
});

describe('a refusal', () => {
  test('is NOT_FOUND for an account that is not there, with the code of the chain', async () => {
    const { address } = new UserKey('nobody');
    const error = await refusal(ACCOUNT, auth.QueryAccountRequest.encode({ address }));
    expect([error.code, error.details]).toEqual([
      status.NOT_FOUND,
      expect.stringContaining('not found'),
    ]);
    expect(error.metadata.get('tenor-code')).toEqual(['sdk/22']);
  });

  test.each([
    ['bytes that are no message', ACCOUNT, new Uint8Array([0xff, 0xff]), {}],
    ['an unknown field', ACCOUNT, new Uint8Array([0x78, 0x01]), {}],
    ['a height that is no number', PRICES, new Uint8Array(0), { 'x-cosmos-block-height': '-1' }],
    ['the hash of no transaction', '/cosmos.tx.v1beta1.Service/GetTx', new Uint8Array(0), {}],
    ['a mode that waits', '/cosmos.tx.v1beta1.Service/BroadcastTx', new Uint8Array(0), {}],
  ])('is INVALID_ARGUMENT for %s', async (_name, path, request, headers) => {
    const error = await refusal(path, request, headers);
    expect([error.code, error.details.length > 0]).toEqual([status.INVALID_ARGUMENT, true]);
  });

  test('is NOT_FOUND for a height to come', async () => {
    const error = await refusal(PRICES, new Uint8Array(0), { 'x-cosmos-block-height': '999999' });
    expect(error.code).toBe(status.NOT_FOUND);
  });

  test('is UNIMPLEMENTED for what is not served', async () => {
    const path = '/cosmos.nft.v1beta1.Query/NFTs';
    expect((await refusal(path, new Uint8Array(0))).code).toBe(status.UNIMPLEMENTED);
  });

  test('is RESOURCE_EXHAUSTED for a request of more than a megabyte', async () => {
    const error = await refusal(PRICES, new Uint8Array(1_100_000));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('is UNAVAILABLE while the engine does not answer: no fault of ours', async () => {
    const mode = tx.BroadcastMode.BROADCAST_MODE_SYNC;
    const request = tx.BroadcastTxRequest.encode({ txBytes: new Uint8Array([1]), mode });
    const error = await refusal('/cosmos.tx.v1beta1.Service/BroadcastTx', request);
    expect([error.code, error.details]).toEqual([
      status.UNAVAILABLE,
      expect.stringContaining('another node'),
    ]);
    const params = await refusal('/cosmos.consensus.v1.Query/Params', new Uint8Array(0));
    expect(params.code).toBe(status.UNAVAILABLE);
    expect(faults).toEqual([]);
  });
});
