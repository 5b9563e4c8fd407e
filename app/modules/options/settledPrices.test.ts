import { beforeAll, expect, test } from '@jest/globals';
import type { Codec } from '../../../proto/codec.ts';
import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import * as pb from '../../../proto/gen/tenor.options.v1.ts';
import { closeExpiry, settlingExpiries } from './closing.ts';
import { defaultOptionsParams } from './defaults.ts';
import { OptionsChain } from './fixture.ts';
import { genesis } from './genesis.ts';
import { expiryOf } from './instruments.ts';
import { invariants } from './invariants.ts';
import { params, paramsSpec } from './params.ts';
import { queries } from './queries.ts';
import * as state from './state.ts';

const USD = 1_000_000n;
const START = Date.parse('2026-11-16T23:52:00Z');
const FIRST = BigInt(START / 1000 + 120);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Half an hour of a network with fast expiries, over a midnight, and what settled then. */
function lived(): OptionsChain {
  const chain = OptionsChain.create(START, defaultOptionsParams('fast-expiry'));
  for (let i = 0; i < 1_800; i++) {
    chain.block(1000, { 1: 64_000n * USD + BigInt(i) * USD, 2: 3_000n * USD });
    for (const expiry of settlingExpiries(chain.ctx)) closeExpiry(chain.ctx, expiry, 1_000);
  }
  return chain;
}

let chain: OptionsChain;
let before: pb.Expiry[];
const broken = () => Object.values(invariants).flatMap((check) => check(chain.ctx) ?? []);
const settled = () =>
  [...state.expiries.entries(chain.ctx)]
    .map(([, expiry]) => expiry)
    .filter(({ status }) => status === ExpiryStatus.EXPIRY_STATUS_SETTLED);
/** Blocks without prices, a second apart, after a pause. */
function pass(ms: number, blocks = 60): void {
  chain.block(ms);
  for (let i = 0; i < blocks; i++) chain.block(1000);
}
function ask<Q, R>(name: string, request: Codec<Q>, response: Codec<R>, message: Q): R {
  const handler = queries[`/tenor.options.v1.Query/${name}`]!;
  return response.decode(handler(chain.ctx, request.encode(message)));
}

beforeAll(() => {
  chain = lived();
  before = settled();
});

test('records stay as long as their samples, then a price a day and underlying', () => {
  expect(before.length).toBeGreaterThan(20);
  pass(HOUR + 60_000, 400);
  expect(settled()).toEqual([]);
  expect(broken()).toEqual([]);
  const pages = [...state.settledPrices.entries(chain.ctx)];
  // Before midnight and after it, of two underlyings.
  expect(pages).toHaveLength(4);
  expect(pages.flatMap(([, { prices }]) => prices)).toHaveLength(before.length);
});

test('the price of each is found as before, in a query, by symbol and in the list', () => {
  for (const { underlyingId, expirySeconds, settlementUusd, settledHeight } of before) {
    expect(expiryOf(chain.ctx, underlyingId, expirySeconds)).toMatchObject({
      ...{ settlementUusd, settledHeight, status: ExpiryStatus.EXPIRY_STATUS_SETTLED },
    });
  }
  expect(expiryOf(chain.ctx, 1, FIRST + 1n)).toBeUndefined();
  for (const odd of [-1n, 1n << 62n]) expect(expiryOf(chain.ctx, 1, odd)).toBeUndefined();
  const symbol = 'BTC-16NOV26T2354-64000-C';
  const [asked, answer] = [pb.QuerySeriesBySymbolRequest, pb.QuerySeriesBySymbolResponse];
  const named = ask('SeriesBySymbol', asked, answer, { symbol });
  expect(named.expiry).toMatchObject({ expirySeconds: FIRST });
  const page = (beforeSeconds: bigint, limit: number) =>
    ask('Expiries', pb.QueryExpiriesRequest, pb.QueryExpiriesResponse, {
      ...{ underlying: 'BTC', all: true, beforeSeconds, limit },
    });
  const whole = page(0n, 1_000).expiries.map(({ expirySeconds }) => expirySeconds);
  const paged: bigint[] = [];
  for (let from = 0n; ;) {
    const { expiries, nextBeforeSeconds } = page(from, 3);
    paged.push(...expiries.map(({ expirySeconds }) => expirySeconds));
    if (nextBeforeSeconds === undefined) break;
    from = nextBeforeSeconds;
  }
  expect(paged).toEqual(whole);
  expect(whole).toEqual(whole.toSorted((a, b) => (a > b ? -1 : 1)));
});

test('genesis carries the prices', () => {
  const exported = genesis.export(chain.ctx);
  genesis.validate(exported);
  const copy = new OptionsChain(chain.header.timeMs);
  genesis.init(copy.ctx, exported);
  expect(genesis.export(copy.ctx)).toEqual(exported);
});

test('prices go with their day after the time that is governed, and never when it is 0', () => {
  const p = params.get(chain.ctx);
  const keep = (seconds: bigint) => {
    const changed = { ...p, priceRetentionSeconds: seconds };
    paramsSpec.update(chain.ctx, params.codec.encode(changed));
  };
  expect(() => keep(p.sampleRetentionSeconds)).toThrow('price_retention_seconds');
  keep(0n);
  pass(400 * DAY);
  expect([...state.settledPrices.entries(chain.ctx)]).toHaveLength(4);
  keep(400n * 86_400n);
  pass(DAY / 2);
  // The first of the two days is more than 400 days old, the other one not yet.
  expect([...state.settledPrices.entries(chain.ctx)]).toHaveLength(2);
  pass(2 * DAY);
  expect([...state.settledPrices.entries(chain.ctx)]).toEqual([]);
});
