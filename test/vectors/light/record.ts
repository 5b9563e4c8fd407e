import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAddress } from '../../../app/lib/address.ts';
import { fromBinary } from '../../../app/lib/bytes.ts';
import { recordKey, records } from '../../../app/lib/records.ts';
import {
  QuerySeriesBySymbolRequest,
  QuerySeriesBySymbolResponse,
} from '../../../proto/gen/tenor.options.v1.ts';
import { privateKeyOf } from '../../../testnet/accounts.ts';
import { startTestnet } from '../../../testnet/network.ts';
import type { Testnet } from '../../../testnet/network.ts';
import { freePortOffset } from '../../../testnet/ports.ts';
import { NodeClient, control, eventually } from '../../e2e/client.ts';
import { callWith, priceOf } from '../../e2e/series.ts';
import { UserKey } from '../../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../../harness/trading.ts';

// What a real node answers to a light client, for the tests of light/ and of `tenor verify`.

const VALIDATORS = 4;
/** Headers that are recorded beside the first and the state's. */
const HEADERS = [9, 10, 11, 12];
const SIZE = 0.5;
const FILLED = 0.3;

const bytesOf = ({ address }: UserKey) => decodeAddress(address)!;

const dir = mkdtempSync(join(tmpdir(), 'tenor-record-'));
const network = await startTestnet({
  ...{ dir, validators: VALIDATORS, blockTimeMs: 500 },
  portOffset: await freePortOffset(VALIDATORS),
});
try {
  process.stdout.write(`${JSON.stringify(await record(network), null, 1)}\n`);
} finally {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function record({ nodes, accounts, market }: Testnet): Promise<object> {
  const node = new NodeClient(nodes[0]!);
  const userOf = (name: string) =>
    new UserKey(name, privateKeyOf(accounts.find((one) => one.name === name)!.mnemonic));
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(userOf) as [UserKey, UserKey, UserKey];
  await control(market.url, { underlying: 'BTC', price: '64000', hold: true });
  for (const user of [alice, bob]) await node.send(user, [depositMsg(user, 50_000)], FEE);
  const series = await callWith(node);
  const order = { series: series.symbol, price: priceOf(series) };
  await node.send(alice, [orderMsg(alice, { ...order, size: SIZE, side: Side.SIDE_SELL })]);
  const bought = orderMsg(bob, { ...order, size: FILLED, side: Side.SIDE_BUY });
  const { height: traded } = await node.send(bob, [bought]);
  const height = Math.max(traded + 1, ...HEADERS);
  await eventually('the header after the state', async () => {
    return (await node.height()) > height + 1 || undefined;
  });

  const genesis = JSON.parse(
    readFileSync(join(nodes[0]!.home, 'config', 'genesis.json'), 'utf8'),
  ) as Record<string, unknown>;
  delete genesis['app_state'];
  const blocks: Record<string, object> = {};
  for (const at of [1, ...HEADERS, height + 1]) {
    blocks[at] = {
      commit: await node.call('commit', { height: String(at) }),
      validators: await node.call('validators', { height: String(at), page: '1', per_page: '100' }),
    };
  }
  const { series: listed } = await node.query(
    '/tenor.options.v1.Query/SeriesBySymbol',
    QuerySeriesBySymbolRequest,
    QuerySeriesBySymbolResponse,
    { symbol: series.symbol },
  );
  const { id, expirySeconds: expiry } = listed!;
  const keys: [string, string][] = [
    ['accounts', recordKey(records.subaccounts, 1n)],
    ['accounts', recordKey(records.subaccounts, 2n)],
    ['accounts', recordKey(records.positions, [2n, id])],
    ['accounts', recordKey(records.subaccountIds, [bytesOf(carol), 0])],
    ['accounts', recordKey(records.subaccountIds, [bytesOf(alice), 0])],
    ['bank', recordKey(records.balances, [bytesOf(alice), 'unothing'])],
    ['bank', recordKey(records.balances, [bytesOf(alice), 'utenor'])],
    ['bank', recordKey(records.balances, [bytesOf(alice), 'uusd'])],
    ['clob', recordKey(records.bookPages, [id, 0])],
    ['clob', recordKey(records.bookPages, [id, 1])],
    ['clob', recordKey(records.orders, 1n)],
    ['clob', recordKey(records.orders, 2n)],
    ['options', recordKey(records.series, id)],
    ['options', recordKey(records.expiries, [1, expiry])],
    ['options', recordKey(records.optionsParams, null)],
  ];
  const claims: object[] = [];
  for (const [store, raw] of keys) {
    const key = Buffer.from(fromBinary(raw)).toString('hex');
    const params = { path: `/store/${store}/key`, data: key, height: String(height), prove: true };
    claims.push({ store, key, answer: await node.call('abci_query', params) });
  }
  const people = { alice: alice.address, carol: carol.address };
  return { genesis, people, height, blocks, claims };
}
