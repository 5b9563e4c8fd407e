import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';
import { FakeNode, Refusal } from '../cli/fixture.ts';
import { BaseAccount } from '../proto/gen/cosmos.auth.v1beta1.ts';
import { TxMsgData } from '../proto/gen/cosmos.base.abci.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import * as clob from '../proto/gen/tenor.clob.v1.ts';
import { TenorClient, keySigner, queries, sleep } from './index.ts';

const signer = keySigner(new Uint8Array(32).fill(7));
let node: FakeNode;
let url: string;
const account = { address: signer.address, accountNumber: 3n, sequence: 5n };
const any = { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) };

beforeEach(async () => {
  node = new FakeNode();
  url = await node.listen();
  node.answer(queries.account, () => ({ account: any }));
});
afterEach(() => node.close());

function answers<T>(codec: { typeUrl: string; encode(m: T): Uint8Array }, message: T): void {
  const value = codec.encode(message);
  const data = TxMsgData.encode({ msgResponses: [{ typeUrl: codec.typeUrl, value }] });
  node.result = { data };
}

const order = { series: 'BTC-27DEC26-100000-C', quantity: 5_000n, priceUusd: 1_250_000_000n };
const sequences = () =>
  node.broadcasts.map((tx) => {
    const { authInfoBytes } = TxRaw.decode(tx);
    return AuthInfo.decode(authInfoBytes).signerInfos[0]!.sequence;
  });
const bodies = () => node.broadcasts.map((tx) => TxBody.decode(TxRaw.decode(tx).bodyBytes));

describe('the client', () => {
  test('places an order and tells what became of it', async () => {
    answers(clob.MsgPlaceOrderResponse, { orderId: 9n, filled: 0n, resting: 5_000n });
    const client = await TenorClient.connect(url, { signer });
    expect(await client.place({ ...order, side: 'buy' })).toMatchObject({ orderId: 9n });
    const [body] = bodies();
    expect(clob.MsgPlaceOrder.decode(body!.messages[0]!.value)).toMatchObject({
      ...{ sender: signer.address, subaccount: 0, side: 1, priceUusd: 1_250_000_000n },
    });
  });

  test('tries an order without sending it, and replaces one by either name', async () => {
    node.answer(queries.whatIf, ({ order: tried }) => ({
      ...{ accepted: tried?.volBp === 5_550, codespace: '', code: 0, reason: '' },
    }));
    answers(clob.MsgReplaceOrderResponse, {
      ...{ orderId: 9n, filled: 0n, resting: 4_000n, keptPriority: true },
    });
    const client = await TenorClient.connect(url, { signer });
    const tried = await client.tryOrder({ ...order, side: 'sell', volBp: 5_550 });
    expect(tried.accepted).toBe(true);
    expect(node.broadcasts).toHaveLength(0);
    const replaced = await client.replace({ clientOrderId: 'mine' }, { quantity: 4_000n });
    expect(replaced.keptPriority).toBe(true);
    expect(clob.MsgReplaceOrder.decode(bodies()[0]!.messages[0]!.value)).toMatchObject({
      ...{ clientOrderId: 'mine', orderId: 0n, quantity: 4_000n, priceUusd: 0n },
    });
  });

  test('signs parallel orders with one sequence after another, waiting for no block', async () => {
    answers(clob.MsgPlaceOrderResponse, { orderId: 9n, filled: 0n, resting: 5_000n });
    const client = await TenorClient.connect(url, { signer });
    const orders = Array.from({ length: 5 }, () => client.place({ ...order, side: 'sell' }));
    await Promise.all(orders);
    expect(sequences()).toEqual([5n, 6n, 7n, 8n, 9n]);
  });

  test('an order with a name is sent again until a node answers; one without is not', async () => {
    answers(clob.MsgPlaceOrderResponse, { orderId: 9n, filled: 0n, resting: 5_000n });
    const client = await TenorClient.connect(url, { signer });
    await node.close();
    await expect(client.place({ ...order, side: 'buy' })).rejects.toMatchObject({
      kind: 'unreachable',
    });
    const named = client.place({ ...order, side: 'buy', clientOrderId: 'mine' });
    await sleep(1_200);
    // It is back before its read side is.
    let asked = 0;
    node.answer(queries.account, () => {
      if (asked++ === 0) return new Refusal('runtime', 20, 'the read side does not answer');
      return { account: any };
    });
    await node.listen(Number(new URL(url).port));
    expect(await named).toMatchObject({ orderId: 9n });
    expect(node.broadcasts).toHaveLength(1);
  });

  test('a refusal has its code, and the next order the sequence that is still free', async () => {
    answers(clob.MsgPlaceOrderResponse, { orderId: 9n, filled: 0n, resting: 5_000n });
    node.admissions.push({ code: 1, codespace: 'margin', log: 'too little' });
    const client = await TenorClient.connect(url, { signer });
    const [refused, placed] = await Promise.allSettled([
      client.place({ ...order, side: 'buy' }),
      client.place({ ...order, side: 'buy' }),
    ]);
    expect(refused).toMatchObject({ reason: { kind: 'refused', codespace: 'margin', code: 1 } });
    expect(placed.status).toBe('fulfilled');
    expect(sequences()).toEqual([5n, 5n]);
  });

  test('cancels everything beside what was sent before: unordered, each with a nonce', async () => {
    const answer = { cancelled: 2, triggers: 0 };
    answers(clob.MsgCancelAllResponse, answer);
    const client = await TenorClient.connect(url, { signer });
    const all = await Promise.all([client.cancelAll(), client.cancelAll({ underlying: 'ETH' })]);
    expect(all).toEqual([answer, answer]);
    expect(sequences()).toEqual([0n, 0n]);
    const nonces = bodies().map(({ timeoutTimestamp }) => timeoutTimestamp?.nanos);
    expect(new Set(nonces).size).toBe(2);
  });

  test('a quote replaces a side of its group, takes it back, or leaves it as it is', async () => {
    answers(clob.MsgMassQuoteResponse, {
      ...{ quoted: 1, removed: 0, refusals: [{ index: 0, isBuy: false, code: 11 }] },
    });
    const client = await TenorClient.connect(url, { signer });
    const { series, ...side } = order;
    expect(await client.quote(series, { group: 'g1', bid: side, ask: side })).toEqual({
      ...{ bid: { state: 'quoted' }, ask: { state: 'refused', code: 11 } },
    });
    expect(await client.quote(series, { group: 'g1', ask: null })).toEqual({
      ...{ bid: { state: 'unchanged' }, ask: { state: 'withdrawn' } },
    });
    const sent = bodies().map((body) => clob.MsgMassQuote.decode(body.messages[0]!.value));
    expect(sent.map(({ quotes }) => quotes)).toEqual([
      [{ series, bid: side, ask: side }],
      [{ series, ask: { quantity: 0n, priceUusd: 0n } }],
    ]);
  });

  test('a stream needs to be told where, and a proof what is trusted', async () => {
    const client = await TenorClient.connect(url);
    expect(() => client.stream('blocks', () => undefined)).toThrow('streamUrl');
    await expect(client.verify()).rejects.toThrow('what is trusted');
  });

  test('says when the node is of another chain, or nobody listens', async () => {
    await expect(TenorClient.connect(url, { chainId: 'other-1' })).rejects.toMatchObject({
      kind: 'wrongChain',
    });
    await expect(TenorClient.connect('http://127.0.0.1:1')).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  test('is a program for browsers, too: nothing of Node is in it', async () => {
    const entryPoints = [fileURLToPath(new URL('./index.ts', import.meta.url))];
    const { outputFiles } = await build({
      ...{ entryPoints, bundle: true, write: false, platform: 'browser', format: 'iife' },
      ...{ globalName: 'tenor', logLevel: 'silent', target: 'es2022' },
    });
    const web = { TextEncoder, TextDecoder, crypto, fetch, AbortSignal, DOMException, URL, atob };
    const page = vm.createContext({ ...web, setTimeout, clearTimeout, console, btoa, performance });
    vm.runInContext('globalThis.self = globalThis;', page);
    vm.runInContext(outputFiles[0]!.text, page);
    const key = 'tenor.keySigner(new Uint8Array(32).fill(7)).address';
    expect(vm.runInContext(key, page)).toBe(signer.address);
  });
});
