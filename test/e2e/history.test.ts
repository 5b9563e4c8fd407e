import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Node, queries } from '../../client/index.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { readRecord } from '../../testnet/testnetJson.ts';
import { control, eventually } from './client.ts';
import { tenor } from './tenor.ts';
import type { Ran } from './tenor.ts';

const LIMIT_MS = 120_000;
const SOON_MS = 20_000;
const USD = 1_000_000n;

let dir: string;
let network: Testnet;
const run = (args: string): Promise<Ran> =>
  tenor(args, { home: dir, env: { TENOR_TESTNET: dir, NO_COLOR: '1' } });
const history = () => readRecord(dir)!.history!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-history-'));
  network = await startTestnet({
    ...{ dir, validators: 1, blockTimeMs: 500, makers: true, history: true },
    portOffset: await freePortOffset(1),
  });
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

/** A series that makers offer, and at what. */
async function offered(): Promise<{ symbol: string; askUusd: bigint }> {
  const node = new Node(network.nodes[0]!.rpc);
  const asked = { underlying: 'BTC', all: false, beforeSeconds: 0n, limit: 0 };
  const { expiries } = await node.ask(queries.expiries, asked);
  return eventually('an offer', async () => {
    const of = { underlying: 'BTC', expirySeconds: expiries[1]!.expirySeconds };
    const { series } = await node.ask(queries.bestPrices, of);
    const found = series.find(({ ask }) => ask !== undefined && ask.priceUusd > 500n * USD);
    return found && { symbol: found.symbol, askUusd: found.ask!.priceUusd };
  });
}

/** What a command shows once it shows it. */
const shows = (args: string, what: RegExp): Promise<string> =>
  eventually(
    `${args}: ${what.source}`,
    async () => {
      const { exitCode, stdout } = await run(args);
      return exitCode === 0 && what.test(stdout) ? stdout : undefined;
    },
    SOON_MS,
  );

let symbol: string;

test(
  'what a newcomer buys is in the history, the results and the candles within seconds',
  async () => {
    const offer = await offered();
    ({ symbol } = offer);
    await run('account deposit 50000usd --from bob');
    const limit = offer.askUusd / USD + 200n;
    const bought = await run(`order market ${symbol} buy 0.3 --max-price ${limit} --from bob`);
    expect([bought.exitCode, bought.stdout]).toEqual([0, expect.stringContaining('filled 0.3')]);
    const fills = await shows('account fills --from bob', /taker/);
    expect(fills).toMatch(new RegExp(`${symbol} +buy +0\\.3 `));
    const changes = await shows('account history --from bob', /trade/);
    expect(changes).toMatch(/deposit .*50,000\.00/);
    expect(await shows('account pnl --from bob', /1 +0\.00/)).toContain('NET USD');
    const { stdout } = await run(`market candles ${symbol} --json`);
    const { candles } = JSON.parse(stdout) as { candles: Record<string, string>[] };
    expect(candles).toHaveLength(1);
    expect(candles[0]).toMatchObject({ quantityDecimal: '0.3', trades: '1' });
    await shows(`market candles ${symbol} --kind mark`, /\d\d:\d\d/);
    await shows('market candles BTC --kind vol-index', /\d+\.\d\d%/);
    await shows('market candles BTC --resolution 1d', /64,\d{3}\.\d\d|6[35],\d{3}\.\d\d/);
  },
  LIMIT_MS,
);

test('its indexer is healthy, and says how far it is', async () => {
  const told = await eventually('health', async () => {
    const answer = await fetch(`${history().url}/health`);
    return answer.status === 200 ? ((await answer.json()) as { height: number }) : undefined;
  });
  expect(told.height).toBeGreaterThan(1);
  const metrics = await (await fetch(`${history().url}/metrics`)).text();
  expect(metrics).toMatch(/^tenor_indexer_node_block_height \d+$/m);
});

test(
  'it goes on when it is killed',
  async () => {
    const { pid } = history();
    process.kill(pid!, 'SIGKILL');
    await eventually('another process', () =>
      Promise.resolve([null, pid].includes(history().pid) ? undefined : true),
    );
    await run('account deposit 7usd --from bob');
    await shows('account history --from bob', /deposit +7\.00|deposit.*\+7\.00/);
    const { stdout } = await run('account fills --from bob --json');
    expect((JSON.parse(stdout) as { fills: object[] }).fills).toHaveLength(1);
  },
  LIMIT_MS,
);

const wrong: readonly (readonly [args: string, exitCode: number, message: string])[] = [
  ['account fills nobody', 4, 'nobody'],
  ['account history tenor1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq', 2, 'tenor1qqq'],
  ['market candles BTC --resolution 7s', 2, 'is one of 1s, 5s'],
  ['market candles BTC --limit 9999999999', 2, '5000'],
  ['account fills --from bob --limit 0', 2, 'whole number'],
  ['account fills --from bob --limit -5', 2, 'whole number'],
  ['account pnl --from bob --by week', 2, 'hour, day, month'],
  ['account pnl --from bob --since tomorrow', 2, 'Unix milliseconds or like'],
  ['account pnl --from bob --since 2026-12-02 --until 2026-12-01', 2, 'is not before'],
  ['market candles BTC --since 2026-12-02 --until 2026-12-01', 2, 'is not before'],
];

test.each(wrong)('%s exits with %i and says why', async (args, exitCode, message) => {
  const ran = await run(args);
  expect(ran.stderr).toContain(message);
  expect([ran.exitCode, /\n +at /.test(ran.stderr)]).toEqual([exitCode, false]);
});
