import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Node, queries } from '../../client/index.ts';
import type { BestPrices } from '../../proto/gen/tenor.clob.v1.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { programPath } from '../../testnet/paths.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { readRecord } from '../../testnet/testnetJson.ts';
import { alive, control, eventually } from './client.ts';
import { tenor } from './tenor.ts';

const LIMIT_MS = 120_000;
const USD = 1_000_000n;

let dir: string;
let network: Testnet;
let node: Node;
const addressOf = (name: string) => network.accounts.find((a) => a.name === name)!.address;
const run = (args: string) => tenor(args, { home: dir, env: { TENOR_TESTNET: dir } });
const makers = () => readRecord(dir)!.makers;
const quotesOf = async (name: string) =>
  (await node.ask(queries.quotes, { owner: addressOf(name), subaccount: 0, group: '' })).quotes;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-makers-'));
  network = await startTestnet({
    ...{ dir, validators: 2, blockTimeMs: 500, makers: true },
    portOffset: await freePortOffset(2),
  });
  node = new Node(network.nodes[0]!.rpc);
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
}, LIMIT_MS);

afterAll(async () => {
  const pids = makers().map(({ pid }) => pid);
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(alive(pids)).toEqual([]);
}, LIMIT_MS);

/** Best prices and mark of the call nearest to the money that expires second. */
async function nearMoney(): Promise<
  { best: BestPrices; markUusd: bigint; forward: number } | undefined
> {
  const { expiries } = await node.ask(queries.expiries, {
    ...{ underlying: 'BTC', all: false, beforeSeconds: 0n, limit: 0 },
  });
  const of = { underlying: 'BTC', expirySeconds: expiries[1]!.expirySeconds };
  const [{ series }, { marks }] = await Promise.all([
    node.ask(queries.bestPrices, of),
    node.ask(queries.marks, { ...of, symbol: '' }),
  ]);
  const distance = ({ delta }: (typeof marks)[number]) => Math.abs((delta ?? 0) - 0.5);
  const mark = marks.toSorted((a, b) => distance(a) - distance(b))[0]!;
  const best = series.find(({ symbol }) => symbol === mark.symbol);
  const { forward, markUusd } = mark;
  return best === undefined ? undefined : { best, markUusd: markUusd!, forward };
}

/** A book that both makers quote, around the mark of now. */
const livingBook = () =>
  eventually('a book around the mark', async () => {
    const { best, markUusd } = (await nearMoney())!;
    const { bid, ask } = best;
    if (bid === undefined || ask === undefined) return undefined;
    return bid.priceUusd < markUusd && markUusd < ask.priceUusd ? best : undefined;
  });

test(
  'a newcomer finds a living book, trades at once, and the makers quote on',
  async () => {
    for (const name of ['mm', 'mm2']) expect((await quotesOf(name)).length).toBeGreaterThan(50);
    const { symbol, ask } = await livingBook();
    await run('account deposit 50000usd --from bob');
    const limit = (ask!.priceUusd + 200n * USD) / USD;
    const bought = await run(`order market ${symbol} buy 0.3 --max-price ${limit} --from bob`);
    expect([bought.exitCode, bought.stdout]).toEqual([0, expect.stringContaining('filled 0.3')]);
    const sold = await eventually('the position of a maker', async () => {
      const of = ['mm', 'mm2'].map((name) => ({ owner: addressOf(name), number: 0 }));
      const accounts = await Promise.all(of.map((who) => node.ask(queries.subaccount, who)));
      return accounts.flatMap(({ positions }) => positions)[0];
    });
    expect(sold).toMatchObject({ symbol, position: { quantity: -3_000n } });
    await livingBook();
  },
  LIMIT_MS,
);

test(
  'quotes follow a jump of the market, and a maker that was killed goes on where it was',
  async () => {
    await control(network.market.url, { underlying: 'BTC', price: '67000', hold: true });
    const { pid } = makers()[0]!;
    process.kill(pid!, 'SIGKILL');
    await eventually('another process', async () =>
      Promise.resolve([null, pid].includes(makers()[0]!.pid) ? undefined : true),
    );
    const quotes = await eventually('its quotes around the new mark', async () => {
      const { best, markUusd, forward } = (await nearMoney())!;
      if (forward < 66_000) return undefined;
      const own = await quotesOf('mm');
      const [bid, ask] = [true, false].map((isBuy) =>
        own.find((quote) => quote.series === best.symbol && quote.isBuy === isBuy),
      );
      if (bid === undefined || ask === undefined) return undefined;
      return bid.priceUusd < markUusd && markUusd < ask.priceUusd ? own : undefined;
    });
    const sides = new Set(quotes.map(({ series, isBuy }) => `${series}${isBuy}`));
    expect(sides.size).toBe(quotes.length);
  },
  LIMIT_MS,
);

test(
  'a maker takes its quotes back when it is asked to end, and stops at its own limit',
  async () => {
    const args = 'mm run --from carol --underlying ETH --expiries 1 --capital 100000usd --json';
    const child = spawn(process.execPath, [programPath('tenor'), ...args.split(' ')], {
      env: { PATH: process.env['PATH'], HOME: dir, TENOR_TESTNET: dir },
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await eventually('quotes', async () => {
      const quotes = await quotesOf('carol').catch(() => []);
      return quotes.length > 0 ? true : undefined;
    });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await quotesOf('carol')).toEqual([]);
    const lines = said.trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'report', equityUusd: '100000000000' });
    const stopped = await run('mm run --from carol --min-equity 200000usd');
    expect([stopped.exitCode, stopped.stderr]).toEqual([1, expect.stringContaining('its limit')]);
  },
  LIMIT_MS,
);
