import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx } from '../../runtime/context.ts';
import { lastBlock } from '../../runtime/lastBlock.ts';
import { userAddress } from '../accounts/fixture.ts';
import { optionsParams, seriesBySymbol } from '../options/index.ts';
import { CALL, ClobChain, PUT, eventsOf, order } from './fixture.ts';
import { quoting, setGroup } from './quotes/fixture.ts';
import { infos } from './state.ts';

const USD = 1_000_000n;
const RICH = 400_000n * USD;
const FAR = 90_000n * USD;

/** The next block, which is the first of a minute. */
function minute(chain: ClobChain, indexUusd = FAR): Ctx {
  const { chainId, height, timeMs } = chain.ctx.header;
  const at = { height: BigInt(height), timeMs: BigInt(timeMs), hash: new Uint8Array(0) };
  lastBlock.set(chain.ctx, { chainId, ...at, gapMs: 1_000n });
  chain.indexUusd = indexUusd;
  const ctx = chain.block(1, 60_000 - (timeMs % 60_000));
  // The fixture restarts without the runtime's store.
  lastBlock.delete(chain.ctx);
  return ctx;
}

const removed = (ctx: Ctx) => eventsOf(ctx, 'series_removed').map((e) => e['series']);
const isListed = (chain: ClobChain, symbol: string) =>
  seriesBySymbol(chain.ctx, symbol) !== undefined;

function sound(chain: ClobChain): void {
  expect(chain.broken()).toEqual([]);
  expect(chain.restart().dump()).toEqual(chain.dump());
}

describe('a series that never traded', () => {
  test('leaves the list when the index has gone far, and is back only with it', () => {
    const chain = ClobChain.create([RICH]);
    expect(removed(minute(chain, 64_500n * USD))).not.toContain(CALL);
    expect(removed(minute(chain))).toEqual(expect.arrayContaining([CALL, PUT]));
    expect([isListed(chain, CALL), isListed(chain, PUT)]).toEqual([false, false]);
    minute(chain);
    minute(chain);
    expect(isListed(chain, CALL)).toBe(false);
    // It is listed anew once the index is back.
    minute(chain, 64_000n * USD);
    expect(isListed(chain, CALL)).toBe(true);
    chain.place(0, 'buy', 600);
    sound(chain);
  });

  test('goes only in the first block of a minute, and by a governed delta', () => {
    const chain = ClobChain.create([RICH]);
    chain.indexUusd = FAR;
    expect(removed(chain.block())).toEqual([]);
    const { underlyings, ...rules } = optionsParams.get(chain.ctx);
    const kept = underlyings.map((u) => ({ ...u, pruneDeltaPpm: 0 }));
    optionsParams.set(chain.ctx, { ...rules, underlyings: kept });
    expect(removed(minute(chain))).toEqual([]);
    expect(isListed(chain, CALL)).toBe(true);
  });

  test('stays while anybody has something in it, or prices are not fresh', () => {
    const ways: ((chain: ClobChain) => void)[] = [
      (chain) => chain.place(0, 'sell', 700),
      (chain) => chain.place(0, 'sell', 700, { volBp: 6_000 }),
      (chain) => {
        setGroup(chain, 0, 'g');
        quoting(chain, 0, 'g', [[CALL, undefined, [900, 1]]]);
      },
      (chain) => {
        const leg: pb.TriggerLeg = {
          on: pb.TriggerOn.TRIGGER_ON_INDEX,
          when: pb.TriggerWhen.TRIGGER_WHEN_BELOW,
          levelUusd: 50_000n * USD,
          order: { ...order(0, 'sell', 700), sender: '' },
        };
        const msg = { sender: userAddress(0), subaccount: 0, legs: [leg] };
        chain.send('MsgPlaceTrigger', pb.MsgPlaceTriggerResponse, msg);
      },
    ];
    for (const way of ways) {
      const chain = ClobChain.create([RICH]);
      way(chain);
      expect(removed(minute(chain))).toContain(PUT);
      expect(isListed(chain, CALL)).toBe(true);
      sound(chain);
    }
    const stale = ClobChain.create([RICH]);
    stale.surfaceFeed = 2;
    minute(stale);
    expect(removed(minute(stale))).toEqual([]);
  });

  test('takes its empty book along, and one that traded stays', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const { orderId } = chain.place(0, 'sell', 700, { series: PUT });
    chain.cancel(0, orderId);
    chain.place(0, 'sell', 700);
    chain.place(1, 'buy', 700);
    const ctx = minute(chain);
    expect(removed(ctx)).toEqual(expect.arrayContaining([PUT]));
    expect(eventsOf(ctx, 'book_closed')).toMatchObject([{ series: PUT }]);
    expect(isListed(chain, CALL)).toBe(true);
    expect([...infos.entries(chain.ctx)].map(([, { symbol }]) => symbol)).toEqual([CALL]);
    sound(chain);
  });

  test('is not taken out of an auction', () => {
    const chain = ClobChain.create([RICH], { openingAuctionMs: 3_600_000 });
    const { orderId } = chain.place(0, 'sell', 700);
    chain.cancel(0, orderId);
    expect(removed(minute(chain))).not.toContain(CALL);
    sound(chain);
  });
});
