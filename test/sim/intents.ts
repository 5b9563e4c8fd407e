import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { MsgUpdateParams } from '../../proto/gen/tenor.runtime.v1.ts';
import { MsgBidLiquidation } from '../../proto/gen/tenor.liquidation.v1.ts';
import { MsgSetMarginMode } from '../../proto/gen/tenor.margin.v1.ts';
import { anyOf } from '../harness/keys.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import type { TwoSided } from './model/massQuote.ts';
import type { Replacement } from './model/placing.ts';
import type { Mode, SelfTrade, Series } from './model/types.ts';

const { TimeInForce, PostOnly, SelfTrade: Gives, Side } = clob;
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
  | Enabling
  | { readonly kind: 'referrer'; readonly referrer: string }
  | { readonly kind: 'deadMan'; readonly timeoutMs: number; readonly isEverything: boolean }
  | ({ readonly kind: 'cancel'; readonly id: bigint } & ByName)
  | { readonly kind: 'cancelAll' }
  | ({ readonly kind: 'replace' } & Replacement & ByName)
  | { readonly kind: 'trigger'; readonly legs: readonly TriggerLeg[] }
  | { readonly kind: 'cancelTrigger'; readonly id: bigint }
  | GroupIntent
  | { readonly kind: 'massQuote'; readonly group: string; readonly quotes: readonly TwoSided[] }
  | { readonly kind: 'cancelQuotes'; readonly group: string }
  | { readonly kind: 'freezeGroup'; readonly group: string; readonly durationMs: number }
  | { readonly kind: 'resetGroup'; readonly group: string }
  | { readonly kind: 'batch'; readonly actions: readonly Action[] }
  | PlaceIntent;

/** Of the authority: whether an underlying trades. */
export interface Enabling {
  readonly kind: 'enable';
  readonly underlyingId: number;
  readonly isEnabled: boolean;
  /** Of the options, as they are now. */
  readonly params: options.Params;
}

export interface GroupIntent {
  readonly kind: 'group';
  readonly group: string;
  readonly underlyingId: number;
  readonly limit: bigint;
  readonly maxQuote: bigint;
  readonly deltaLimit: bigint;
  readonly vegaLimitUusd: bigint;
  readonly windowMs: number;
  readonly freezeMs: number;
}

/** Of a trigger that stands alone or of a pair. */
export interface TriggerLeg {
  readonly isIndex: boolean;
  readonly isAbove: boolean;
  readonly levelUusd: bigint;
  readonly order: PlaceIntent;
}

interface ByName {
  /** What the order's client calls it: said in place of its id. */
  readonly name?: string;
}

export interface PlaceIntent {
  readonly kind: 'place';
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
  readonly timeInForce: 'gtc' | 'ioc' | 'fok';
  readonly isReduceOnly: boolean;
  /** Else: it may take, the taker gives way to its owner's orders, its price counts, it stays. */
  readonly postOnly?: 'reject' | 'slide';
  readonly selfTrade?: SelfTrade;
  /** In 1e-4: its price is only a bound. */
  readonly volBp?: number;
  readonly isMarket?: boolean;
  readonly goodTilSeconds?: number;
  readonly name?: string;
}

/** What a batch can do. */
export type Action = Extract<
  Intent,
  { kind: 'place' | 'cancel' | 'cancelAll' | 'replace' | 'trigger' | 'cancelTrigger' }
>;

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
  ['deposit', 'withdraw', 'mode', 'underwrite', 'leave', 'referrer', 'enable'].includes(kind);

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
    case 'referrer': {
      const { referrer } = intent;
      return anyOf(accounts.MsgSetReferrer, { sender: user.address, referrer });
    }
    case 'enable':
      return enabling(user.address, intent);
    case 'deadMan': {
      const { timeoutMs, isEverything: everything } = intent;
      return anyOf(clob.MsgDeadManSwitch, { ...sender, timeoutMs, everything });
    }
    case 'group':
    case 'massQuote':
    case 'cancelQuotes':
    case 'freezeGroup':
    case 'resetGroup':
      return quoteMessage(sender, intent);
    case 'batch': {
      const actions = intent.actions.map(actionOf);
      return anyOf(clob.MsgBatch, { ...sender, actions });
    }
    case 'place':
    case 'cancel':
    case 'cancelAll':
    case 'replace': {
      const { place, cancel, cancelAll, replace } = actionOf(intent);
      if (place !== undefined) return anyOf(clob.MsgPlaceOrder, { ...place, ...sender });
      if (cancel !== undefined) return anyOf(clob.MsgCancelOrder, { ...cancel, ...sender });
      if (replace !== undefined) return anyOf(clob.MsgReplaceOrder, { ...replace, ...sender });
      return anyOf(clob.MsgCancelAll, { ...cancelAll!, ...sender });
    }
    case 'trigger':
      return anyOf(clob.MsgPlaceTrigger, { ...actionOf(intent).placeTrigger!, ...sender });
    case 'cancelTrigger':
      return anyOf(clob.MsgCancelTrigger, { ...actionOf(intent).cancelTrigger!, ...sender });
  }
}

function enabling(authority: string, { params, underlyingId, isEnabled }: Enabling): AnyMsg {
  const underlyings = params.underlyings.map((each) =>
    each.id === underlyingId ? { ...each, enabled: isEnabled } : each,
  );
  const bytes = options.Params.encode({ ...params, underlyings });
  return anyOf(MsgUpdateParams, { authority, module: 'options', params: bytes });
}

function quoteMessage(
  sender: { readonly sender: string; readonly subaccount: number },
  intent: Extract<
    Intent,
    { kind: 'group' | 'massQuote' | 'cancelQuotes' | 'freezeGroup' | 'resetGroup' }
  >,
): AnyMsg {
  const { group } = intent;
  const of = { ...sender, group };
  switch (intent.kind) {
    case 'group': {
      const { underlyingId, limit: quantityLimit, maxQuote, deltaLimit, vegaLimitUusd } = intent;
      const { windowMs, freezeMs } = intent;
      const limits = { quantityLimit, maxQuote, deltaLimit, vegaLimitUusd, windowMs, freezeMs };
      return anyOf(clob.MsgSetQuoteGroup, { ...of, underlying: SYMBOLS[underlyingId]!, ...limits });
    }
    case 'massQuote': {
      const quotes = intent.quotes.map((quote) => ({ ...quote, series: quote.series.symbol }));
      return anyOf(clob.MsgMassQuote, { ...of, quotes });
    }
    case 'cancelQuotes':
      return anyOf(clob.MsgCancelQuotes, of);
    case 'freezeGroup':
      return anyOf(clob.MsgFreezeQuoteGroup, { ...of, durationMs: intent.durationMs });
    case 'resetGroup':
      return anyOf(clob.MsgResetQuoteGroup, of);
  }
}

/** An action of a batch, which names its sender once. */
function actionOf(intent: Action): clob.BatchAction {
  const none = { sender: '', subaccount: 0 };
  switch (intent.kind) {
    case 'cancel':
      return { cancel: { ...none, ...namedBy(intent) } };
    case 'cancelAll':
      return { cancelAll: { ...none, series: '', underlying: '', expirySeconds: 0n } };
    case 'replace': {
      const { priceUusd, quantity } = intent;
      const terms = { priceUusd, quantity, ...volOf(intent) };
      return { replace: { ...none, ...namedBy(intent), ...terms } };
    }
    case 'place':
      return { place: { ...none, ...orderOf(intent) } };
    case 'trigger':
      return { placeTrigger: { ...none, legs: intent.legs.map(legOf) } };
    case 'cancelTrigger':
      return { cancelTrigger: { ...none, triggerId: intent.id } };
  }
}

const namedBy = ({ id, name = '' }: { readonly id: bigint } & ByName) => ({
  orderId: name === '' ? id : 0n,
  clientOrderId: name,
});

const volOf = ({ volBp }: { readonly volBp?: number }) => (volBp === undefined ? {} : { volBp });

const legOf = ({ isIndex, isAbove, levelUusd, order }: TriggerLeg): clob.TriggerLeg => ({
  on: isIndex ? clob.TriggerOn.TRIGGER_ON_INDEX : clob.TriggerOn.TRIGGER_ON_MARK,
  when: isAbove ? clob.TriggerWhen.TRIGGER_WHEN_ABOVE : clob.TriggerWhen.TRIGGER_WHEN_BELOW,
  levelUusd,
  order: { sender: '', subaccount: 0, ...orderOf(order) },
});

const TIMES = {
  gtc: TimeInForce.TIME_IN_FORCE_GTC,
  ioc: TimeInForce.TIME_IN_FORCE_IOC,
  fok: TimeInForce.TIME_IN_FORCE_FOK,
} as const;
const GIVES = {
  taker: Gives.SELF_TRADE_EXPIRE_TAKER,
  maker: Gives.SELF_TRADE_EXPIRE_MAKER,
  both: Gives.SELF_TRADE_EXPIRE_BOTH,
} as const;
const POST_ONLY = {
  none: PostOnly.POST_ONLY_NONE,
  reject: PostOnly.POST_ONLY_REJECT,
  slide: PostOnly.POST_ONLY_SLIDE,
} as const;

const orderOf = (intent: PlaceIntent) => ({
  series: intent.series.symbol,
  side: intent.isBuy ? Side.SIDE_BUY : Side.SIDE_SELL,
  quantity: intent.quantity,
  priceUusd: intent.priceUusd,
  timeInForce: TIMES[intent.timeInForce],
  postOnly: POST_ONLY[intent.postOnly ?? 'none'],
  reduceOnly: intent.isReduceOnly,
  selfTrade: GIVES[intent.selfTrade ?? 'taker'],
  clientOrderId: intent.name ?? '',
  goodTilSeconds: BigInt(intent.goodTilSeconds ?? 0),
  market: intent.isMarket ?? false,
  ...volOf(intent),
});
