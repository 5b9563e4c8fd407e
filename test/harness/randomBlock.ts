import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type * as options from '../../proto/gen/tenor.options.v1.ts';
import type { Random } from '../crash/random.ts';
import type { TestChain } from './chain.ts';
import { anyOf } from './keys.ts';
import type { AnyMsg, UserKey } from './keys.ts';
import { Side, markOf, modeMsg, orderMsg, seriesOf } from './trading.ts';

/** Where random orders meet: a few series, always the same while they are listed. */
export function traded(chain: TestChain): options.Series[] {
  const near = ({ strikeUusd }: options.Series) =>
    Math.abs(Number(strikeUusd) / 1e6 - BEGUN_AT_USD) < NEAR_USD;
  return seriesOf(chain, 'BTC').filter(near).slice(0, TRADED);
}

const BEGUN_AT_USD = 64_000;
const NEAR_USD = 1_000;
const TRADED = 4;

/** About the mark, so that orders meet and pass the band. */
function priceOf(chain: TestChain, random: Random, symbol: string): number {
  const mark = markOf(chain, symbol);
  const step = mark > 100 ? 25 : 5;
  const about = Number.isFinite(mark) ? Math.round(mark / step) * step : 400;
  return Math.max(step, about + step * (random.below(5) - 2));
}

function randomMsg(
  chain: TestChain,
  random: Random,
  user: UserKey,
  listed: readonly options.Series[],
): AnyMsg {
  const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
  const kind = random.below(10);
  if (kind === 0) {
    return modeMsg(user, random.below(2) === 0 ? MARGIN_MODE_PORTFOLIO : MARGIN_MODE_STANDARD);
  }
  if (kind === 1) {
    const all = { underlying: 'BTC', expirySeconds: 0n, series: '' };
    return anyOf(clob.MsgCancelAll, { sender: user.address, subaccount: 0, ...all });
  }
  const series = random.pick(listed).symbol;
  return orderMsg(
    user,
    {
      series,
      side: random.below(2) === 0 ? Side.SIDE_BUY : Side.SIDE_SELL,
      size: (1 + random.below(20)) / 10,
      price: priceOf(chain, random, series),
    },
    {
      clientOrderId: random.below(3) === 0 ? `${random.below(50)}` : '',
      ...(random.below(4) === 0 ? { volBp: 4_000 + 500 * random.below(8) } : {}),
    },
  );
}

/** A block of random orders under a market that moves; how much of it was accepted. */
export async function randomBlock(
  chain: TestChain,
  random: Random,
  pausesMs: readonly number[] = [1_000, 1_000, 5_000, 20_000],
): Promise<number> {
  const listed = traded(chain);
  const users = [...chain.users.values()].filter(() => random.below(3) > 0);
  const txs = users.map((user) => chain.sign(user, [randomMsg(chain, random, user, listed)]));
  const move = 0.98 + random.below(41) / 1_000;
  chain.market = { ...chain.market, btc: Math.round(chain.market.btc * move) };
  const afterMs = random.pick(pausesMs);
  const { txResults } = await chain.block({ txs, afterMs });
  return txResults.filter(({ code }) => code === 0).length - 1;
}
