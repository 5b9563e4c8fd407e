import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type * as options from '../../proto/gen/tenor.options.v1.ts';
import type { Random } from '../crash/random.ts';
import type { TestChain } from './chain.ts';
import { anyOf } from './keys.ts';
import type { AnyMsg, UserKey } from './keys.ts';
import { Side, modeMsg, orderMsg, seriesOf } from './trading.ts';

function randomMsg(random: Random, user: UserKey, listed: readonly options.Series[]): AnyMsg {
  const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
  const kind = random.below(10);
  if (kind === 0) {
    return modeMsg(user, random.below(2) === 0 ? MARGIN_MODE_PORTFOLIO : MARGIN_MODE_STANDARD);
  }
  if (kind === 1) {
    const all = { underlying: 'BTC', expirySeconds: 0n, series: '' };
    return anyOf(clob.MsgCancelAll, { sender: user.address, subaccount: 0, ...all });
  }
  return orderMsg(
    user,
    {
      series: random.pick(listed.slice(0, 8)).symbol,
      side: random.below(2) === 0 ? Side.SIDE_BUY : Side.SIDE_SELL,
      size: (1 + random.below(20)) / 10,
      price: 300 + 25 * random.below(9),
    },
    {
      clientOrderId: random.below(3) === 0 ? `${random.below(50)}` : '',
      ...(random.below(4) === 0 ? { volBp: 4_000 + 500 * random.below(8) } : {}),
    },
  );
}

/** A block of random orders under a market that moves; how much of it was accepted. */
export async function randomBlock(chain: TestChain, random: Random): Promise<number> {
  const listed = seriesOf(chain, 'BTC');
  const users = [...chain.users.values()].filter(() => random.below(3) > 0);
  const txs = users.map((user) => chain.sign(user, [randomMsg(random, user, listed)]));
  const move = 0.98 + random.below(41) / 1_000;
  chain.market = { ...chain.market, btc: Math.round(chain.market.btc * move) };
  const afterMs = random.pick([1_000, 1_000, 5_000, 20_000]);
  const { txResults } = await chain.block({ txs, afterMs });
  return txResults.filter(({ code }) => code === 0).length - 1;
}
