import { afterEach, expect, test } from '@jest/globals';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import { toJson } from '../../proto/json.ts';
import { TenorStream } from '../../client/stream.ts';
import type { StreamUpdate } from '../../client/stream.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import { randomBlock, traded } from '../harness/randomBlock.ts';
import { TestReadSide, until } from '../harness/streams.ts';
import { FEE, depositMsg } from '../harness/trading.ts';

const BLOCKS = Number(process.env['STREAM_BLOCKS'] ?? 80);
/** No outage: after one, orders wait for an auction. */
const PAUSES_MS = [1_000, 2_000, 4_000];

let chain: TestChain;
let readSide: TestReadSide;
let stream: TenorStream;

afterEach(async () => {
  stream.close();
  await readSide.close();
  await chain.close();
});

/** What a program that only listens knows. */
class Follower {
  readonly documents = new Map<string, unknown>();
  readonly trades: string[] = [];
  readonly fills: string[] = [];
  readonly ended = new Set<string>();
  gaps = 0;

  follow(channels: readonly string[]): void {
    for (const channel of channels) {
      stream.on(channel, (update) => this.#take(update as StreamUpdate));
    }
  }

  #take(update: StreamUpdate): void {
    const { channel, type, document } = update;
    if (type === 'ended') this.ended.add(channel);
    if (type === 'snapshot' && update.isGap) this.gaps++;
    if (type !== 'events') {
      this.documents.set(channel, document);
      return;
    }
    const { trades = [], fills = [] } = update.data as Record<string, object[] | undefined>;
    if (channel === 'trades:BTC') this.trades.push(...trades.map((each) => JSON.stringify(each)));
    this.fills.push(...fills.map((fill) => JSON.stringify(fill)));
  }
}

/** A book of the state as a stream's document has it. */
function bookOf(symbol: string): object {
  const { bids, asks } = chain.query(
    '/tenor.clob.v1.Query/Book',
    clob.QueryBookRequest,
    clob.QueryBookResponse,
    { symbol, depth: 200 },
  );
  const side = (levels: clob.Level[]) =>
    Object.fromEntries(
      levels.map(({ priceUusd, quantity, orders }) => [
        String(priceUusd),
        { quantity: String(quantity), orders },
      ]),
    );
  return { symbol, bids: side(bids), asks: side(asks) };
}

function ordersOf(symbol: string): object {
  const { bids, asks } = chain.query(
    '/tenor.clob.v1.Query/BookOrders',
    clob.QueryBookOrdersRequest,
    clob.QueryBookOrdersResponse,
    { symbol, limit: 0 },
  );
  const side = (orders: clob.BookOrder[]) => {
    const levels: Record<string, string[][]> = {};
    for (const { id, priceUusd, remaining } of orders) {
      (levels[String(priceUusd)] ??= []).push([String(id), String(remaining)]);
    }
    return levels;
  };
  return { symbol, bids: side(bids), asks: side(asks) };
}

/** What matters most of an account: cash, positions, orders, margin. */
function accountOf(owner: string): object {
  const who = { owner, number: 0 };
  const { subaccount, positions } = chain.query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    who,
  );
  const { orders } = chain.query(
    '/tenor.clob.v1.Query/Orders',
    clob.QueryOrdersRequest,
    clob.QueryOrdersResponse,
    { owner, subaccount: 0 },
  );
  const judged = chain.query(
    '/tenor.margin.v1.Query/Margin',
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
    who,
  );
  return toJson({
    subaccount,
    positions: Object.fromEntries(positions.map((p) => [p.symbol, p])),
    orders: Object.fromEntries(orders.map((o) => [String(o.id), o])),
    margin: judged.margin,
  }) as object;
}

const isEqual = (a: unknown, b: unknown) => sorted(a) === sorted(b);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

/** Whether all that is followed is as the state is; a book that is gone must have ended. */
function differs(follower: Follower): string | undefined {
  try {
    return difference(follower);
  } catch (error) {
    return String(error);
  }
}

function difference({ documents, ended }: Follower): string | undefined {
  for (const [channel, document] of documents) {
    if (ended.has(channel)) continue;
    const [kind, name = '', orders] = channel.split(':');
    if (kind === 'book') {
      const wanted = orders === undefined ? bookOf(name) : ordersOf(name);
      if (!isEqual(document, wanted)) return `${channel} ${sorted(document)} ${sorted(wanted)}`;
    } else if (kind === 'account') {
      const { subaccounts } = document as { subaccounts: Record<string, Record<string, unknown>> };
      for (const [part, wanted] of Object.entries(accountOf(name))) {
        const has = subaccounts['0']![part];
        if (!isEqual(has, wanted)) return `${channel} ${part} ${sorted(has)} ${sorted(wanted)}`;
      }
    }
  }
  return undefined;
}

test('books, accounts and trades of a stream are those of the state, at every height', async () => {
  const random = new Random(7);
  chain = await TestChain.start({ preset: 'fast-expiry', users: ['a', 'b', 'c', 'd', 'e'] });
  readSide = await TestReadSide.start(chain.node);
  for (let i = 0; i < 4; i++) await chain.block();
  const users = [...chain.users.values()];
  await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 500_000)], FEE)) });
  await readSide.reader.caughtUp();
  stream = new TenorStream(readSide.streamUrl);
  const follower = new Follower();
  const books = () => {
    return traded(chain).flatMap(({ symbol }) => [`book:${symbol}`, `book:${symbol}:orders`]);
  };
  const others = users.map(({ address }) => `account:${address}`);
  follower.follow([...others, 'trades:BTC', 'blocks']);
  const told: unknown[] = [];
  stream.on('blocks', (update) => {
    if (update.type === 'events') told.push(...update.data.blocks);
  });
  await until(() => follower.documents.size === others.length + 2, 'the first snapshots');
  const begun = chain.height;
  const trades: string[] = [];
  let accepted = 0;
  for (let i = 0; i < BLOCKS; i++) {
    follower.follow(books().filter((name) => !follower.documents.has(name)));
    accepted += await randomBlock(chain, random, PAUSES_MS);
    await readSide.reader.caughtUp();
    trades.unshift(...newTrades(trades.length));
    await until(() => told.length === chain.height - begun, 'the block on the stream');
    await until(() => differs(follower) === undefined, 'equal documents').catch(() =>
      expect(differs(follower)).toBeUndefined(),
    );
  }
  expect(follower.trades).toEqual(trades.toReversed());
  // Each trade is a fill of both sides, of which each account is told once.
  expect(follower.fills.toSorted()).toEqual([...trades, ...trades].toSorted());
  expect(accepted).toBeGreaterThan(BLOCKS / 2);
  expect(trades.length).toBeGreaterThan(10);
  expect(follower.ended.size).toBeGreaterThan(0);
  expect([follower.gaps, readSide.faults, readSide.reader.log.errors]).toEqual([0, [], []]);
});

/** As the state has them, newest first. */
function newTrades(known: number): string[] {
  const { trades } = chain.query(
    '/tenor.clob.v1.Query/Trades',
    clob.QueryTradesRequest,
    clob.QueryTradesResponse,
    { symbol: '', underlying: 'BTC', limit: 100 },
  );
  const fresh = trades.filter(({ id }) => id > BigInt(known));
  return fresh.map(({ seriesId, ...trade }) => {
    expect(seriesId).toBeGreaterThan(0n);
    return JSON.stringify(toJson(trade));
  });
}
