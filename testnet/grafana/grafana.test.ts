import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { AppMetrics } from '../../app/commands/appMetrics.ts';
import { FollowWatch } from '../../indexer/watch.ts';
import { startMetrics } from '../../feeder/metrics.ts';
import { defaults } from '../../feeder/config.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide } from '../../test/harness/streams.ts';

// Every metric that the dashboard and the alerts name is one that a node has.

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

let chain: TestChain;
let readSide: TestReadSide;
let text: string;

const silent = { error: () => undefined, info: () => undefined };

beforeAll(async () => {
  chain = await TestChain.start();
  readSide = await TestReadSide.start(chain.node);
  const { store } = chain.node;
  const app = new AppMetrics({ store, feed: readSide.reader.feed, feederAgeMs: () => 1_500 });
  for (let i = 0; i < 4; i++) await chain.block();
  await readSide.reader.caughtUp();
  app.answered('finalizeBlock', 12);
  readSide.reader.feed.tell(await app.text());
  await readSide.reader.until(() => readSide.reader.replica.appMetrics !== '');
  await fetch(`${readSide.api.url}/tenor/v1/trades`);
  const nothing = { socketPath: '', sources: [], underlyings: [], stablecoins: [] };
  const config = { ...defaults, ...nothing, metrics: '127.0.0.1:0' };
  const feeder = startMetrics(config, silent as never)!;
  const node = await (await fetch(`${readSide.api.url}/metrics`)).text();
  const indexer = new FollowWatch(() => 7_000);
  indexer.caughtUp({ chainId: '', first: 1, last: 5, lastHash: '' });
  text = [node, await feeder.text(), await indexer.text()].join('\n');
  feeder.close();
  app.close();
});
afterAll(async () => {
  await readSide.close();
  await chain.close();
});

const known = () => {
  const names = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name!}_bucket`, `${name!}_count`, `${name!}_sum`] : [name!],
  );
  return new Set(names);
};
const namedIn = (source: string) => [...new Set(source.match(/\btenor_[a-z0-9_]+/g))];

test.each(['dashboard.json', 'alerts.yml'])('every metric of %s exists', (file) => {
  const named = namedIn(read(file));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !known().has(name))).toEqual([]);
});

test('metrics say their unit or that they count, and have no label without a bound', () => {
  const units = /_(seconds|bytes|total|usd|ratio|info|height|status|rows)(_|$)/;
  const counts = /_(clients|channels|subscriptions|liquidations|sources|expiries|failures|used)$/;
  const own = [...text.matchAll(/^# TYPE (tenor_\w+) \w+$/gm)]
    .map(([, name]) => name!)
    .filter((name) => !/_(nodejs|process)_/.test(name));
  expect(own.length).toBeGreaterThan(25);
  expect(own.filter((name) => !units.test(name) && !counts.test(name))).toEqual([]);
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label!));
  const bounded = ['call', 'result', 'route', 'status', 'underlying', 'reason', 'le', 'type'];
  const ofNode = ['kind', 'space', 'version', 'major', 'minor', 'patch', 'quantile'];
  const ofFeeder = ['source', 'symbol', 'subject'];
  expect([...labels].filter((l) => ![...bounded, ...ofNode, ...ofFeeder].includes(l))).toEqual([]);
});

test('the values are those of the chain', () => {
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(valueOf('tenor_app_block_height')).toBe(chain.height);
  expect(valueOf('tenor_read_block_height')).toBe(chain.height);
  expect(valueOf('tenor_indexer_node_block_height')).toBe(5);
  expect(valueOf('tenor_app_feeder_report_age_seconds')).toBe(1.5);
  expect(valueOf('tenor_read_index_price_usd{underlying="BTC"}')).toBe(64_000);
  expect(valueOf('tenor_read_index_status{underlying="BTC"}')).toBeGreaterThan(0);
});
