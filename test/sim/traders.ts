import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Random } from '../crash/random.ts';
import { anyOf } from '../harness/keys.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import { depositMsg, orderMsg } from '../harness/trading.ts';
import type { Account, Quotes, Series } from './model/types.ts';

const { TimeInForce, PostOnly, Side } = clob;

/** What a trader does in a block, in words that the model understands. */
export type Intent =
  | { readonly kind: 'deposit'; readonly usd: number }
  | { readonly kind: 'withdraw'; readonly amountUusd: bigint }
  | { readonly kind: 'cancel'; readonly id: bigint }
  | { readonly kind: 'cancelAll' }
  | {
      readonly kind: 'place';
      readonly series: Series;
      readonly isBuy: boolean;
      readonly priceUusd: bigint;
      readonly quantity: bigint;
      readonly timeInForce: 'gtc' | 'ioc' | 'fok';
      readonly isPostOnly: boolean;
      readonly isReduceOnly: boolean;
    };

const CENT = 10_000n;
const USD = 1_000_000n;

/** From so many USD on, a tick of so many cents (venue §1, genesis). */
const TICKS: Readonly<Record<number, readonly (readonly [bigint, bigint])[]>> = {
  1: [
    [5000n, 500n],
    [500n, 100n],
    [10n, 50n],
    [0n, 10n],
  ],
  2: [
    [500n, 50n],
    [100n, 10n],
    [10n, 5n],
    [0n, 1n],
  ],
};

function onTick(underlyingId: number, usd: number): bigint {
  const price = BigInt(Math.max(Math.round(usd * 100), 1)) * CENT;
  const [, tick] = TICKS[underlyingId]!.find(([from]) => price >= from * USD)!;
  const rounded = (price / (tick * CENT)) * (tick * CENT);
  return rounded > 0n ? rounded : tick * CENT;
}

/** What to do next, drawn from a seed: mostly orders around the mark. */
export function intend(
  random: Random,
  account: Account | undefined,
  quotes: Quotes,
  listed: readonly Series[],
): Intent | null {
  if (account === undefined || (account.cashUusd < 2_000n * USD && random.below(3) === 0)) {
    return { kind: 'deposit', usd: 1_000 + random.below(60_000) };
  }
  const dice = random.below(100);
  if (dice < 3) return { kind: 'withdraw', amountUusd: BigInt(1 + random.below(30_000)) * USD };
  if (dice < 5) return { kind: 'cancelAll' };
  if (dice < 15 && account.orders.size > 0) {
    return { kind: 'cancel', id: random.pick([...account.orders]).id };
  }
  if (listed.length === 0) return null;
  return order(random, account, quotes, listed);
}

function order(
  random: Random,
  account: Account,
  quotes: Quotes,
  listed: readonly Series[],
): Intent {
  const held = [...account.positions].filter(([id]) => listed.some((s) => s.id === id));
  const isReduceOnly = held.length > 0 && random.below(6) === 0;
  const [series, isBuy] = isReduceOnly
    ? (([id, quantity]) => [quotes.series(id), quantity < 0n] as const)(random.pick(held))
    : [random.pick(listed), random.below(2) === 0];
  const timeInForce = random.pick(['gtc', 'gtc', 'gtc', 'ioc', 'fok'] as const);
  const lot = series.underlyingId === 1 ? 100n : 1_000n;
  const away = 1 + (random.below(401) - 200) / 1_000;
  return {
    ...{ kind: 'place', series, isBuy, isReduceOnly, timeInForce },
    priceUusd: onTick(series.underlyingId, quotes.mark(series) * away),
    quantity: lot * BigInt(1 + random.below(random.below(10) === 0 ? 500 : 60)),
    isPostOnly: timeInForce === 'gtc' && random.below(4) === 0,
  };
}

export function messageOf(user: UserKey, intent: Intent): AnyMsg {
  const sender = { sender: user.address, subaccount: 0 };
  switch (intent.kind) {
    case 'deposit':
      return depositMsg(user, intent.usd);
    case 'withdraw':
      return anyOf(accounts.MsgWithdraw, { ...sender, amountUusd: intent.amountUusd });
    case 'cancel':
      return anyOf(clob.MsgCancelOrder, { ...sender, orderId: intent.id, clientOrderId: '' });
    case 'cancelAll':
      return anyOf(clob.MsgCancelAll, { ...sender, series: '', underlying: '', expirySeconds: 0n });
    case 'place':
      return orderMsg(
        user,
        {
          series: intent.series.symbol,
          side: intent.isBuy ? Side.SIDE_BUY : Side.SIDE_SELL,
          size: 0,
          price: 0,
        },
        {
          quantity: intent.quantity,
          priceUusd: intent.priceUusd,
          reduceOnly: intent.isReduceOnly,
          postOnly: intent.isPostOnly ? PostOnly.POST_ONLY_REJECT : PostOnly.POST_ONLY_NONE,
          timeInForce: {
            gtc: TimeInForce.TIME_IN_FORCE_GTC,
            ioc: TimeInForce.TIME_IN_FORCE_IOC,
            fok: TimeInForce.TIME_IN_FORCE_FOK,
          }[intent.timeInForce],
        },
      );
  }
}
