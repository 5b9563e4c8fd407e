import { describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { getSubaccount, setMode } from '../accounts/index.ts';
import { marginModule, marginOf } from '../margin/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT } from './fixture.ts';

const USD = 1_000_000n;
const idOf = (user: number): bigint => BigInt(user + 1);
const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const MODES = [MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO];

function withdraw(chain: ClobChain, user: number, amountUusd: bigint): string {
  const handler = marginModule.msgs.find((m) => m.codec.typeUrl.endsWith('MsgWithdraw'))!;
  const msg = { sender: userAddress(user), subaccount: 0, amountUusd };
  const mark = chain.state.mark();
  const code = refusalCode(() => handler.execute(chain.ctx, msg));
  if (code !== 'done') chain.state.rollback(mark);
  return code;
}

/** User 0 is long what user 1 is short of; user 2 has nothing but cash. */
function traded(mode: MarginMode, symbol: string): ClobChain {
  const chain = ClobChain.create([20_000n, 50_000n, 1_000n].map((usd) => usd * USD));
  for (const user of [0, 1, 2]) setMode(chain.ctx, idOf(user), mode);
  chain.accounts.trade(idOf(0), idOf(1), 10_000n, symbol);
  return chain;
}

describe.each(MODES)('a withdrawal in margin mode %s', (mode) => {
  test('takes what is free of the initial margin, orders counted, and not a unit more', () => {
    for (const hasOrder of [false, true]) {
      const chain = traded(mode, CALL);
      if (hasOrder) chain.place(1, 'buy', 100, { series: PUT });
      const { initialUusd, cashUusd } = marginOf(chain.ctx, idOf(1));
      expect(initialUusd < cashUusd).toBe(true);
      expect(withdraw(chain, 1, initialUusd + 1n)).toBe('margin/1');
      expect(withdraw(chain, 1, initialUusd)).toBe('done');
      expect(marginOf(chain.ctx, idOf(1)).initialUusd).toBe(0n);
    }
  });

  test('takes no more than the cash, whatever options are worth', () => {
    const chain = traded(mode, CALL);
    const { cashUusd } = getSubaccount(chain.ctx, idOf(0))!;
    expect(withdraw(chain, 0, cashUusd + 1n)).not.toBe('done');
    expect(withdraw(chain, 0, cashUusd)).toBe('done');
  });

  test('waits for live prices where it rests on them, and nowhere else', () => {
    for (const feed of [FeedStatus.FEED_STATUS_STALE, FeedStatus.FEED_STATUS_HALTED]) {
      const chain = traded(mode, CALL);
      chain.feed = feed;
      chain.block();
      expect([0, 1, 2].map((user) => withdraw(chain, user, 1n))).toEqual([
        ...['margin/2', 'margin/2', 'done'],
      ]);
      chain.feed = FeedStatus.FEED_STATUS_LIVE;
      chain.block();
      expect([0, 1, 2].map((user) => withdraw(chain, user, 1n))).toEqual(['done', 'done', 'done']);
    }
  });
});
