import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Node, queries } from '../../client/index.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { runCcxt } from './ccxt/runCcxt.ts';
import { GatewayProcess } from './gatewayProcess.ts';
import { startIndexer } from './startIndexer.ts';
import { RpcFailure } from './rpcClient.ts';
import type { Rpc } from './rpcClient.ts';
import { tenor } from './tenor.ts';

const LIMIT_MS = 240_000;

let dir: string;
let network: Testnet;
let node: Node;
let gateway: GatewayProcess;
let indexer: Awaited<ReturnType<typeof startIndexer>>;
/** Of an order that was cancelled in the first test. */
let cancelledId = '';

const owner = () => network.accounts.find(({ name }) => name === 'alice')!.address;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  network = await startTestnet({
    ...{ dir, validators: 1, blockTimeMs: 500, makers: true },
    portOffset: await freePortOffset(1),
  });
  node = new Node(network.nodes[0]!.rpc);
  const run = (args: string) => tenor(args, { home: dir, env: { TENOR_TESTNET: dir } });
  await run('account deposit 200000usd --from alice');
  indexer = await startIndexer(network.nodes[0]!.rpc, join(dir, 'history'));
  gateway = new GatewayProcess(dir, indexer.url);
  await gateway.start();
}, LIMIT_MS);

afterAll(async () => {
  gateway.kill('SIGTERM');
  await indexer.stop();
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

const REFUSALS: Readonly<Record<string, string>> = {
  'too large': 'InsufficientFunds',
  'off the tick': 'InvalidOrder',
  'unknown order': 'OrderNotFound',
  withdraw: 'PermissionDenied',
  'wrong secret': 'AuthenticationError',
};

test(
  'an unmodified ccxt loads markets, reads, trades, edits, cancels and watches',
  async () => {
    const steps = await runCcxt(gateway);
    const failed = [...steps.values()].filter(({ ok, step }) => !ok && !(step in REFUSALS));
    expect(failed).toEqual([]);
    const value = (name: string) => steps.get(name)?.value;
    expect(value('loadMarkets')).toBeGreaterThan(100);
    expect(value('market')).toMatchObject({ linear: true, option: true, settle: 'USDC' });
    expect(value('fetchCurrencies')).toEqual(['BTC', 'ETH', 'USDC']);
    expect(value('fetchOrderBook')).toMatchObject({ isUncrossed: true });
    expect(value('volatility index')).toBeGreaterThan(0);
    expect(value('createOrder')).toMatchObject({ status: 'open', amount: 0.1, filled: 0 });
    const { id } = value('createOrder') as { id: string };
    cancelledId = id;
    const open = value('fetchOpenOrders') as { id: string; label: string }[];
    expect(open).toEqual([{ id, label: expect.stringContaining('resting-') }]);
    expect(value('editOrder')).toMatchObject({ id, amount: 0.2, status: 'open' });
    expect(value('fetchOrder')).toMatchObject({ id, amount: 0.2 });
    expect(value('cancelOrder')).toMatchObject({ id, status: 'canceled' });
    expect(value('fetchOrder of a cancelled one')).toMatchObject({ id, status: 'canceled' });
    const taken = { side: 'buy', filled: 0.1, status: 'closed' };
    expect(value('createOrder that takes')).toMatchObject(taken);
    expect(value('createOrder at the market')).toMatchObject({ side: 'sell', filled: 0.05 });
    expect(value('fetchPosition')).toMatchObject({ side: 'long', contracts: 0.05 });
    expect(value('watchMyTrades')).toEqual([
      expect.objectContaining({ side: 'buy', amount: 0.1, takerOrMaker: 'taker' }),
    ]);
    expect(value('fetchMyTrades')).toHaveLength(2);
    expect(value('fetchBalance')).toMatchObject({ total: 200_000 });
    for (const [step, error] of Object.entries(REFUSALS)) {
      expect(steps.get(step)).toMatchObject({ ok: false, error });
    }
    // What it signed is in its log, without the secret.
    const signed = gateway.log().filter(({ kind }) => kind === 'signing');
    expect(JSON.stringify(signed)).toContain('MsgReplaceOrder');
    expect(JSON.stringify(gateway.log())).not.toContain(gateway.credentials.clientSecret);
  },
  LIMIT_MS,
);

interface Summary {
  readonly instrument_name: string;
  readonly bid_price: number | null;
  readonly ask_price: number | null;
  readonly mark_price: number | null;
}

/** The quoted series nearest to a mark of a thousand dollars. */
async function quoted(rpc: Rpc): Promise<Summary> {
  const all = await rpc.call<Summary[]>('public/get_book_summary_by_currency', { currency: 'BTC' });
  const far = ({ mark_price: mark }: Summary) => Math.abs((mark ?? 0) - 1_000);
  return all
    .filter(({ bid_price: bid, ask_price: ask }) => bid !== null && ask !== null)
    .toSorted((a, b) => far(a) - far(b))[0]!;
}

interface Placed {
  readonly order: { readonly order_id: string; readonly label: string };
}

const openOnChain = async () =>
  (await node.ask(queries.orders, { owner: owner(), subaccount: 0 })).orders;

test(
  'a gateway that is killed loses no order and doubles none: labels are said again',
  async () => {
    const wanted = 24;
    let rpc = await gateway.authorized();
    const { instrument_name, bid_price: bid } = await quoted(rpc);
    const ids = new Map<string, string>();
    for (let i = 0; i < wanted; i++) {
      const label = `order-${i}`;
      const price = Math.floor(bid! / 2);
      const terms = { instrument_name, amount: 0.1, price, label, type: 'limit' };
      for (;;) {
        const asked = rpc.call<Placed>('private/buy', terms);
        // In the middle of an order, twice: its answer is lost.
        if (i === 8 || i === 16) setTimeout(() => gateway.kill('SIGKILL'), i === 8 ? 20 : 300);
        const order = await asked.then(
          (answer) => answer.order,
          (error: unknown) => {
            if (error instanceof RpcFailure) throw error;
            return null;
          },
        );
        if (order !== null) {
          ids.set(label, order.order_id);
          break;
        }
        await gateway.start();
        rpc = await gateway.authorized();
      }
    }
    const open = await openOnChain();
    expect(open.map(({ id }) => String(id)).toSorted()).toEqual([...ids.values()].toSorted());
    // The same again is the same order; another price is another one.
    const price = Math.floor(bid! / 2);
    const same = { instrument_name, amount: 0.1, price, label: 'order-3', type: 'limit' };
    const again = await rpc.call<Placed>('private/buy', same);
    expect(again.order.order_id).toBe(ids.get('order-3'));
    const labelled = await rpc.call<Placed['order'][]>('private/get_open_orders_by_label', {
      ...{ currency: 'BTC', label: 'order-9' },
    });
    expect(labelled).toMatchObject([{ order_id: ids.get('order-9'), label: 'order-9' }]);
    expect(await rpc.call('private/cancel_by_label', { label: 'order-9' })).toBe(1);
    expect(await rpc.call('private/cancel_all')).toBe(wanted - 1);
    expect(await openOnChain()).toEqual([]);
    // Of before it was killed it knows what the indexer knows.
    const past = { currency: 'BTC', include_unfilled: true, count: 1_000 };
    const history = await rpc.call<Placed['order'][]>(
      'private/get_order_history_by_currency',
      past,
    );
    expect(history.map(({ order_id }) => order_id)).toContain(cancelledId);
    rpc.close();
  },
  LIMIT_MS,
);
