import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';
import { RecordedNode, recorded, thenMs } from '../light/fixture.ts';
import { records } from '../app/lib/records.ts';
import { Verifier } from './verifier.ts';

const THEN_MS = thenMs(recorded);
const genesis = JSON.stringify(recorded.genesis);
const { chain_id: chainId } = recorded.genesis;

let node: RecordedNode;
let url: string;
beforeAll(async () => {
  node = new RecordedNode();
  url = await node.listen();
});
afterAll(() => node.close());

const begin = (trust: Parameters<typeof Verifier.begin>[2], of = chainId) =>
  Verifier.begin(url, of, trust, () => THEN_MS);

test('a state is verified from a genesis file on, or from a block', async () => {
  const fromGenesis = await (await begin({ genesis })).state(recorded.height);
  expect(fromGenesis.height).toBe(recorded.height);
  const hash = Buffer.from(fromGenesis.header.hash).toString('hex');
  const { height } = fromGenesis.header;
  const fromBlock = await (await begin({ height, hash })).state(recorded.height);
  expect(fromBlock.header.hash).toEqual(fromGenesis.header.hash);
  await expect(begin({ height, hash: 'ab'.repeat(32) })).rejects.toMatchObject({ fault: 'lie' });
  await expect(begin({ genesis }, 'other-1')).rejects.toMatchObject({ kind: 'wrongChain' });
});

test('a node that lies about a record is caught', async () => {
  const state = await (await begin({ genesis })).state(recorded.height);
  node.alter = (request, answer) =>
    request.method === 'abci_query' ? answer.replace(/"value":"[^"]+"/, '"value":"AAAA"') : answer;
  const [claim] = recorded.claims.filter(({ answer }) => answer.response.value !== null);
  const spec = Object.values(records).find(({ store }) => store === claim!.store)!;
  const lied = state.get({ ...spec, key: keyAsIs } as never, claim!.key as never);
  await expect(lied).rejects.toMatchObject({ name: 'LightError' });
});

/** The key as it was recorded: of which collection it is does not matter to a proof. */
const keyAsIs = { write: (hex: string) => Buffer.from(hex, 'hex').toString('latin1') };

test('a browser verifies the same: hashes and signatures without Node', async () => {
  const entry = fileURLToPath(new URL('./verifier.ts', import.meta.url));
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, platform: 'browser', format: 'iife' },
    ...{ globalName: 'tenor', logLevel: 'silent', target: 'es2022' },
  });
  const web = { TextEncoder, TextDecoder, crypto, fetch, AbortSignal, DOMException, URL, atob };
  const page = vm.createContext({
    ...{ ...web, setTimeout, clearTimeout, console, btoa, performance, Uint8Array, ArrayBuffer },
    ...{ url, chainId, genesis, height: recorded.height, clock: () => THEN_MS },
  });
  vm.runInContext('globalThis.self = globalThis;', page);
  vm.runInContext(outputFiles[0]!.text, page);
  node.alter = (_request, answer) => answer;
  const run = `tenor.Verifier.begin(url, chainId, { genesis }, clock)
    .then((verifier) => verifier.state(height))
    .then((state) => state.header.signedPower > 0n && state.height)`;
  expect(await (vm.runInContext(run, page) as Promise<number>)).toBe(recorded.height);
});
