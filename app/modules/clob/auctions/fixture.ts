import { expect } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { optionsParams } from '../../options/index.ts';
import { CALL, ClobChain, eventsOf } from '../fixture.ts';
import { auctionBooks } from './state.ts';

export const USD = 1_000_000n;
export const RICH = 400_000n * USD;
export const IOC = { timeInForce: pb.TimeInForce.TIME_IN_FORCE_IOC };

/** The first order in a series opens it with an auction of five seconds. */
export const opening = (cash: readonly bigint[], params: Partial<pb.Params> = {}) =>
  ClobChain.create(cash, { openingAuctionMs: 5_000, maxAuctionLockMs: 3_000, ...params });

export const auctions = (chain: ClobChain, symbol = CALL) =>
  chain.query('CallAuctions', pb.QueryCallAuctionsRequest, pb.QueryCallAuctionsResponse, {
    ...{ symbol, underlying: '' },
  }).auctions;

/** Blocks until nothing is in an auction; the events of their ends. */
export function toTheEnd(chain: ClobChain, most = 30): Ctx[] {
  const ends: Ctx[] = [];
  for (let i = 0; i < most && [...auctionBooks.entries(chain.ctx)].length > 0; i++) {
    ends.push(chain.seal());
    chain.block();
  }
  return ends;
}
export const all = (ends: readonly Ctx[], type: string) =>
  ends.flatMap((ctx) => eventsOf(ctx, type));

export function sound(chain: ClobChain): void {
  expect(chain.broken()).toEqual([]);
  expect(chain.restart().dump()).toEqual(chain.dump());
}

/** So many seconds in which prices are not live, and then they are. */
export function outage(chain: ClobChain, seconds: number, indexUusd = chain.indexUusd): void {
  chain.feed = 3;
  for (let i = 0; i < 3; i++) chain.block();
  chain.block(1, (seconds - 3) * 1_000);
  chain.indexUusd = indexUusd;
  chain.feed = 1;
  chain.block();
}

/** Whether orders in series of any underlying are taken. */
export function setEnabled({ ctx }: ClobChain, enabled: boolean): void {
  const { underlyings, ...rules } = optionsParams.get(ctx);
  const all = underlyings.map((underlying) => ({ ...underlying, enabled }));
  optionsParams.set(ctx, { ...rules, underlyings: all });
}
