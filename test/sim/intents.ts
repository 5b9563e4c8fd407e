import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { MsgBidLiquidation } from '../../proto/gen/tenor.liquidation.v1.ts';
import { MsgSetMarginMode } from '../../proto/gen/tenor.margin.v1.ts';
import { anyOf } from '../harness/keys.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import { orderMsg } from '../harness/trading.ts';
import type { Mode, Series } from './model/types.ts';

const { TimeInForce, PostOnly, Side } = clob;
const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = accounts.MarginMode;

/** What somebody does with one of their subaccounts, in words that the model understands. */
export type Intent =
  | { readonly kind: 'deposit'; readonly amountUusd: bigint }
  | { readonly kind: 'withdraw'; readonly amountUusd: bigint }
  | { readonly kind: 'mode'; readonly mode: Mode }
  | {
      readonly kind: 'bid';
      readonly liquidatedId: bigint;
      readonly version: bigint;
      readonly fractionPpb: number;
      readonly limitPpm: number;
      readonly leastPayoutUusd: bigint;
    }
  | { readonly kind: 'underwrite'; readonly underlyingId: number; readonly amountUusd: bigint }
  | { readonly kind: 'leave'; readonly underlyingId: number; readonly shares: bigint }
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

/** The intents of one transaction. Whoever sends several wants all of them. */
export interface Plan {
  readonly user: UserKey;
  readonly number: number;
  readonly intent: Intent;
}

const MODES = {
  standard: MARGIN_MODE_STANDARD,
  portfolio: MARGIN_MODE_PORTFOLIO,
  covered: MARGIN_MODE_COVERED,
} as const;

export const SYMBOLS: Readonly<Record<number, string>> = { 1: 'BTC', 2: 'ETH' };

/** Only orders and bids are free. */
export const isPaid = ({ kind }: Intent): boolean =>
  ['deposit', 'withdraw', 'mode', 'underwrite', 'leave'].includes(kind);

export function messageOf({ user, number, intent }: Plan): AnyMsg {
  const sender = { sender: user.address, subaccount: number };
  switch (intent.kind) {
    case 'deposit':
      return anyOf(accounts.MsgDeposit, { ...sender, amountUusd: intent.amountUusd });
    case 'withdraw':
      return anyOf(accounts.MsgWithdraw, { ...sender, amountUusd: intent.amountUusd });
    case 'mode':
      return anyOf(MsgSetMarginMode, { ...sender, mode: MODES[intent.mode] });
    case 'bid': {
      const { liquidatedId, version, fractionPpb, limitPpm, leastPayoutUusd } = intent;
      const terms = { liquidatedId, version, fractionPpb, limitPpm, leastPayoutUusd };
      return anyOf(MsgBidLiquidation, { ...sender, ...terms });
    }
    case 'underwrite': {
      const underlying = SYMBOLS[intent.underlyingId]!;
      const { amountUusd } = intent;
      return anyOf(accounts.MsgUnderwrite, { sender: user.address, underlying, amountUusd });
    }
    case 'leave': {
      const underlying = SYMBOLS[intent.underlyingId]!;
      const { shares } = intent;
      return anyOf(accounts.MsgWithdrawUnderwriting, { sender: user.address, underlying, shares });
    }
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
          subaccount: number,
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
