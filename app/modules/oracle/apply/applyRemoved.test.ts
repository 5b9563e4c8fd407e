import { beforeEach, expect, test } from '@jest/globals';
import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../../test/harness/execution.ts';
import { liveExpiries } from '../../options/index.ts';
import { params } from '../params.ts';
import { bases, feeds, prices, surfaces } from '../state.ts';

const ETH = 2;
const USDC = 2;

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
  for (let i = 0; i < 6; i++) chain.block();
});

function remove(): void {
  const given = params.get(chain.view);
  params.set(chain.ctx, {
    ...given,
    feeds: given.feeds.filter(({ underlyingId }) => underlyingId !== ETH),
    stablecoins: given.stablecoins.filter(({ stablecoinId }) => stablecoinId !== USDC),
  });
}

const kindsOf = (id: number) =>
  [...feeds.entries(chain.view)].filter(([, f]) => f.id === id).map(([, f]) => f.kind);

test('what is removed is asked for no more, and what rests on nothing goes at once', () => {
  expect(new Set(kindsOf(ETH)).size).toBe(3);
  remove();
  chain.block();
  expect(kindsOf(ETH)).toEqual([]);
  expect(surfaces.get(chain.view, ETH)).toBeUndefined();
  expect(new Set(kindsOf(1))).toEqual(
    new Set([
      FeedKind.FEED_KIND_FORWARD,
      FeedKind.FEED_KIND_SURFACE,
      FeedKind.FEED_KIND_STABLECOIN,
    ]),
  );
  const base = bases.get(chain.view, BigInt(chain.header.height))!;
  expect(base.underlyings.map(({ underlyingId }) => underlyingId)).toEqual([1]);
});

test('an index that is removed is halted, and kept while series rest on it', () => {
  const isListed = () => liveExpiries(chain.view).some((e) => e.underlyingId === ETH);
  for (let i = 0; i < 60 && !isListed(); i++) chain.block();
  remove();
  chain.block([], undefined, 61_000);
  expect(prices.get(chain.view, ETH)!.status).toBe(FeedStatus.FEED_STATUS_HALTED);
  expect(isListed()).toBe(true);
  // Without an index nothing of it settles, and its accounts can still be judged.
  chain.block([], undefined, 86_400_000);
  expect(prices.get(chain.view, ETH)).toBeDefined();
});

test('an index that no series rests on goes with its feed', () => {
  const sol = { underlyingId: 3, underlying: 'SOL' };
  const given = params.get(chain.view);
  params.set(chain.ctx, { ...given, feeds: [...given.feeds, sol] });
  chain.block();
  const price = prices.get(chain.view, 1)!;
  prices.set(chain.ctx, 3, { ...price, underlyingId: 3 });
  chain.block();
  expect(prices.get(chain.view, 3)).toBeDefined();
  params.set(chain.ctx, given);
  chain.block();
  expect(prices.get(chain.view, 3)).toBeUndefined();
  const told = chain.last!.events.filter(({ type }) => type === 'feed_status');
  expect(told.flatMap(({ attributes }) => attributes.map(({ value }) => value))).toContain('3');
});
