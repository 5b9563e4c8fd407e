import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moduleAddress } from '../../app/lib/address.ts';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { Account, Markets, Prices } from './answers.ts';
import { NodeClient, alive, control, eventually } from './client.ts';
import { tenor } from './tenor.ts';

const LIMIT_MS = 240_000;
const START = 64_000;

let dir: string;
let network: Testnet;
let node: NodeClient;
const users = new Map<string, UserKey>();
const user = (name: string) => users.get(name)!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-bidder-'));
  network = await startTestnet({
    ...{ dir, validators: 1, bidder: true, blockTimeMs: 400 },
    portOffset: await freePortOffset(1),
  });
  node = new NodeClient(network.nodes[0]!);
  for (const { name, mnemonic } of network.accounts) {
    users.set(name, new UserKey(name, privateKeyOf(mnemonic)));
  }
  await control(network.market.url, { underlying: 'BTC', price: String(START), hold: true });
}, LIMIT_MS);

afterAll(async () => {
  const { bidder } = JSON.parse(readFileSync(join(dir, 'testnet.json'), 'utf8')) as Testnet & {
    bidder: { pid: number };
  };
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(alive([bidder.pid])).toEqual([]);
}, LIMIT_MS);

const accountOf = (name: string) => node.get<Account>(`/tenor/v1/accounts/${user(name).address}/0`);
const sizeOf = async (name: string) =>
  BigInt((await accountOf(name)).positions[0]?.position.quantity ?? '0');

interface Balances {
  readonly balances: readonly { readonly denom: string; readonly amount: string }[];
}

/** Whether what the bank holds for the exchange is what its accounts and funds have, exactly. */
async function addsUp(): Promise<boolean> {
  const { funds } = await node.query(
    '/tenor.accounts.v1.Query/Funds',
    accounts.QueryFundsRequest,
    accounts.QueryFundsResponse,
    {},
  );
  let sum = funds.reduce((all, { fund }) => all + (fund?.balanceUusd ?? 0n), 0n);
  for (const name of ['alice', 'bob', 'bidder']) {
    sum += BigInt((await accountOf(name)).subaccount.cashUusd);
  }
  const path = `/cosmos/bank/v1beta1/balances/${moduleAddress('accounts')}`;
  const { balances } = await node.get<Balances>(path);
  return BigInt(balances.find(({ denom }) => denom === 'uusd')!.amount) === sum;
}

/** A group that bids 4 USD for one contract. */
const quoteMsgs = (sender: string, series: string) => {
  const own = { sender, subaccount: 0, group: 'g1' };
  return [
    anyOf(clob.MsgSetQuoteGroup, {
      ...{ ...own, underlying: 'BTC', quantityLimit: 10_000n, maxQuote: 0n },
      ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 1_000, freezeMs: 1_000 },
    }),
    anyOf(clob.MsgMassQuote, {
      ...own,
      quotes: [{ series, bid: { priceUusd: 4_000_000n, quantity: 10_000n }, ask: undefined }],
    }),
  ];
};

test(
  'an account that the market leaves behind is freed by the bidder that runs with the network',
  async () => {
    await eventually('the bidder’s own deposit', async () => {
      const { subaccount } = await accountOf('bidder').catch(() => ({ subaccount: null }));
      return subaccount === null ? undefined : true;
    });
    for (const [name, usd] of [
      ['alice', 12_000],
      ['bob', 200_000],
    ] as const) {
      const done = await node.send(user(name), [depositMsg(user(name), usd)], FEE);
      expect(done).toMatchObject({ code: 0 });
    }
    const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=400');
    const near = (m: Markets['markets'][number]) => Math.abs(Number(m.strikeUusd) / 1e6 - START);
    const calls = markets.filter(({ kind, mark }) => kind === 'call' && mark !== null);
    const last = Math.max(...calls.map((m) => Number(m.expirySeconds)));
    const [call] = calls
      .filter((m) => Number(m.expirySeconds) < last)
      .toSorted((a, b) => near(a) - near(b) || Number(b.expirySeconds) - Number(a.expirySeconds));
    const { symbol, mark } = call!;
    const price = Math.round(Number(mark!.markUusd) / 1e6 / 5) * 5;
    const order = { series: symbol, size: 1, price };
    const sold = orderMsg(user('alice'), { ...order, side: Side.SIDE_SELL });
    expect(await node.send(user('alice'), [sold])).toMatchObject({ code: 0 });
    const bought = orderMsg(user('bob'), { ...order, side: Side.SIDE_BUY });
    expect(await node.send(user('bob'), [bought])).toMatchObject({ code: 0 });
    expect(await sizeOf('alice')).toBe(-10_000n);
    await eventually('the fees of the trade', async () => (await addsUp()) || undefined);

    const here = { home: dir, env: { TENOR_TESTNET: dir } };
    // From proved records, down from the validators' signatures: with what rests, in its book.
    const resting = orderMsg(user('bob'), { ...order, price: 5, side: Side.SIDE_BUY });
    expect(await node.send(user('bob'), [resting])).toMatchObject({ code: 0 });
    // So do quotes, which have no records: their books, and a record of how many there are.
    expect(await node.send(user('bob'), quoteMsgs(user('bob').address, symbol))).toMatchObject({
      code: 0,
    });
    const bobs = await tenor('verify margin bob --json', here);
    expect([bobs.exitCode, bobs.stderr]).toEqual([0, '']);
    expect(JSON.parse(bobs.stdout)).toMatchObject({
      margin: {
        openOrders: 1,
        quoteGroups: 1,
        quotesReservedUusd: expect.stringMatching(/^[1-9]/),
      },
    });

    // Up in steps, so that it is in breach long before it is insolvent.
    for (let index = START; (await accountOf('alice')).margin.maintenanceUusd[0] !== '-';) {
      index += 500;
      await control(network.market.url, { underlying: 'BTC', price: String(index), hold: true });
      await eventually(`the index at ${index}`, async () => {
        const { prices } = await node.get<Prices>('/tenor/v1/oracle/prices');
        const btc = prices.find((p) => p.underlying === 'BTC')!;
        return Math.abs(Number(btc.price.indexUusd) / 1e6 - index) < 1 ? true : undefined;
      });
    }
    // Anybody can see that it is so.
    const proved = await tenor('verify margin alice --json', here);
    expect([proved.exitCode, proved.stderr]).toEqual([0, '']);
    const { margin } = JSON.parse(proved.stdout) as { margin: { positions: object[] } };
    expect(margin.positions).toEqual([{ series: symbol, quantity: expect.any(String) }]);
    await eventually(
      'the bidder’s slice',
      async () => ((await sizeOf('bidder')) < 0n ? true : undefined),
      60_000,
    );
    await eventually(
      'the account’s release',
      async () => {
        const { flags } = await node.get<{ flags: unknown[] }>('/tenor/v1/liquidations');
        return flags.length === 0 ? true : undefined;
      },
      60_000,
    );
    const [alice, bidder] = [await sizeOf('alice'), await sizeOf('bidder')];
    expect(alice + bidder).toBe(-10_000n);
    expect(Number((await accountOf('alice')).margin.maintenanceUusd)).toBeGreaterThanOrEqual(0);
    await eventually('the books add up', async () => (await addsUp()) || undefined);
    const told = () =>
      readFileSync(join(dir, 'logs', 'bidder.log'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { kind: string }).kind);
    await eventually('the bidder’s report', () =>
      Promise.resolve(told().includes('cleared') || undefined),
    );
    expect(told()).toEqual(expect.arrayContaining(['deposited', 'started', 'bid']));
    expect((await tenor('liquidation list', here)).stdout).toMatch(/Nobody is below/);
  },
  LIMIT_MS,
);
