import { queries, Refusal, TxTimeout } from '../../client/index.ts';
import { PostOnly, SelfTrade, Side, TimeInForce } from '../../proto/gen/tenor.clob.v1.ts';
import type { AskedTerms } from '../account/order.ts';
import type { Placed, PlaceTerms } from '../account/trading.ts';
import type { Listed } from '../market/market.ts';
import { toUnits } from '../rpc/decimal.ts';
import type { Caller, Method, Methods } from '../rpc/method.ts';
import { Params } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { claimLabel } from './claimLabel.ts';
import { mustOneByLabel } from './orderMethods.ts';
import { amountOf, assertValid, orderIdOf, priceOf } from './read.ts';
import { shown, shownOrder } from './show.ts';

const FORCES = {
  good_til_cancelled: TimeInForce.TIME_IN_FORCE_GTC,
  good_til_day: TimeInForce.TIME_IN_FORCE_GTC,
  immediate_or_cancel: TimeInForce.TIME_IN_FORCE_IOC,
  fill_or_kill: TimeInForce.TIME_IN_FORCE_FOK,
} as const;
type Force = keyof typeof FORCES;
const NOT_HERE = ['stop_limit', 'take_limit', 'stop_market', 'take_market', 'market_limit'];
const TYPES = ['limit', 'market', ...NOT_HERE, 'trailing_stop'] as const;
const DAY_SECONDS = 86_400;
const EIGHT = 8 * 3_600;

function typeOf(params: Params): 'limit' | 'market' {
  const type = params.oneOf('type', TYPES, 'limit');
  if (type === 'limit' || type === 'market') return type;
  const reason = `${type}: a session key places no triggers, and there are no market limits`;
  throw new RpcError('notImplemented', { param: 'type', reason });
}

/** At what prices the chain lets it fill now. @throws RpcError bookClosed without a mark */
function bandOf({ state, name }: Listed): { low: bigint; high: bigint } {
  if (state.mark?.markUusd === undefined) {
    throw new RpcError('bookClosed', { reason: `${name} has no mark: prices are not live` });
  }
  return { low: BigInt(state.mark.bandLowUusd), high: BigInt(state.mark.bandHighUusd) };
}

/** The next 08:00 UTC, at which a day ends there. */
function endOfDay(nowMs: number): bigint {
  const now = Math.floor(nowMs / 1_000);
  return BigInt(Math.floor((now - EIGHT) / DAY_SECONDS + 1) * DAY_SECONDS + EIGHT);
}

/** The bound of a market order, or of one by volatility: as far as the chain lets it go. */
function boundOf(services: Services, listed: Listed, isBuy: boolean): bigint {
  const { low, high } = bandOf(listed);
  const bound = isBuy ? high : low;
  const { ticks } = services.market.rules(listed.underlying);
  const tick = ticks.findLast(({ fromUusd }) => fromUusd <= bound)?.tickUusd ?? 1n;
  const down = bound - (bound % tick);
  const within = isBuy || down === bound ? down : down + tick;
  return within > 0n ? within : tick;
}

interface Asked {
  readonly terms: PlaceTerms;
  readonly asked: AskedTerms;
}

function readOrder(services: Services, params: Params, isBuy: boolean): Asked {
  const listed = services.market.mustFind(params.text('instrument_name'));
  const type = typeOf(params);
  const force = params.oneOf('time_in_force', Object.keys(FORCES) as Force[], 'good_til_cancelled');
  const postOnly = params.flag('post_only');
  const rejectPostOnly = postOnly && params.flag('reject_post_only');
  const advanced = params.textOr('advanced', null, 16);
  if (advanced !== null && advanced !== 'implv') {
    throw badParam('advanced', 'prices are in USD: leave it out, or implv');
  }
  const isMarket = type === 'market';
  const quantity = amountOf(params);
  const volBp = advanced === 'implv' ? Number(toUnits(params.raw['price'], 2) ?? 0n) : undefined;
  if (volBp !== undefined && !(volBp > 0)) throw badParam('price', 'must be percent, as 55.5');
  const isBounded = isMarket || volBp !== undefined;
  const slides = postOnly ? PostOnly.POST_ONLY_SLIDE : PostOnly.POST_ONLY_NONE;
  const fillsNow = force === 'fill_or_kill' ? FORCES[force] : TimeInForce.TIME_IN_FORCE_IOC;
  return {
    terms: {
      ...{ series: listed.symbol, side: isBuy ? Side.SIDE_BUY : Side.SIDE_SELL, quantity },
      priceUusd: isBounded ? boundOf(services, listed, isBuy) : priceOf(params),
      timeInForce: isMarket ? fillsNow : FORCES[force],
      postOnly: rejectPostOnly ? PostOnly.POST_ONLY_REJECT : slides,
      reduceOnly: params.flag('reduce_only'),
      selfTrade: SelfTrade.SELF_TRADE_EXPIRE_TAKER,
      goodTilSeconds: force === 'good_til_day' ? endOfDay(services.market.timeMs) : 0n,
      market: isMarket,
      ...(volBp === undefined ? {} : { volBp }),
    },
    asked: { timeInForce: force, type, postOnly, rejectPostOnly },
  };
}

/** What a client says again when it repeats itself: the bound of a market order moves. */
function termsText({ terms, asked }: Asked): string {
  const { priceUusd, quantity } = terms;
  const price = asked.type === 'market' || terms.volBp !== undefined ? '' : String(priceUusd);
  const size = String(quantity);
  return JSON.stringify({ ...terms, priceUusd: price, quantity: size, goodTilSeconds: '', asked });
}

/** What is asked for: under which label, what is said again with it, and the order itself. */
interface Request {
  readonly label: string;
  readonly terms: string;
  readonly order: () => Asked | Promise<Asked>;
}

function place(services: Services, params: Params, caller: Caller, isBuy: boolean) {
  assertValid(params);
  const asked = readOrder(services, params, isBuy);
  const request = {
    label: params.textOr('label', ''),
    terms: termsText(asked),
    order: () => asked,
  };
  return placeOnce(services, caller, request);
}

async function placeOnce(
  services: Services,
  caller: Caller,
  { label, terms, order }: Request,
): Promise<object> {
  const { trading, account, disconnects } = services;
  const { connection } = caller;
  const { clientOrderId, known } = await claimLabel(services, label, terms);
  const isTold = (): void => caller.onWritten(() => trading.labels.answered(clientOrderId));
  if (known !== null) {
    isTold();
    return answerOf(services, { order: known, fills: account.fillsOf(known.id) });
  }
  const asked = await order();
  account.orders.expect(clientOrderId, asked.asked);
  try {
    const placed = await trading.place(asked.terms, clientOrderId);
    isTold();
    if (connection !== null) disconnects.placed(connection, placed.order.id);
    return answerOf(services, placed);
  } catch (error) {
    // It left nothing behind, and who asked is told so.
    if (error instanceof Refusal || (error instanceof TxTimeout && !error.mayCome)) isTold();
    else if (error instanceof TxTimeout && connection !== null && error.untilSeconds !== null) {
      void disconnects.unanswered(connection, clientOrderId, error.untilSeconds);
    }
    throw error;
  }
}

/** The order that closes what is held now. @throws RpcError alreadyClosed */
async function closing(services: Services, params: Params): Promise<Asked> {
  const { symbol } = services.market.mustFind(params.text('instrument_name'));
  const { owner, subaccount: number } = services.client;
  const { positions } = await services.client.ask(queries.subaccount, { owner, number });
  const held = positions.find((position) => position.symbol === symbol)?.position?.quantity;
  if (held === undefined || held === 0n) {
    throw new RpcError('alreadyClosed', { reason: `no position in ${symbol}` });
  }
  const amount = Number(held < 0n ? -held : held) / 10_000;
  const terms = new Params({ ...params.raw, amount, reduce_only: true });
  return readOrder(services, terms, held < 0n);
}

/** `result` of buy, sell and edit. */
function answerOf(services: Services, { order, fills }: Placed) {
  return { order: shownOrder(services, order), trades: fills.map((fill) => shown(services, fill)) };
}

async function edit(services: Services, params: Params, orderId: bigint): Promise<object> {
  assertValid(params);
  const hasAmount = params.has('amount') || params.has('contracts');
  if (!hasAmount && !params.has('price')) throw badParam('amount', 'or price is required');
  const order = await services.trading.lookUp.mustFind(String(orderId));
  const isByVol = order.volBp !== null;
  const volBp = isByVol && params.has('price') ? Number(toUnits(params.raw['price'], 2)) : null;
  const placed = await services.trading.edit(orderId, {
    quantity: hasAmount ? amountOf(params) : 0n,
    priceUusd: params.has('price') && !isByVol ? priceOf(params) : 0n,
    ...(volBp === null ? {} : { volBp }),
  });
  return answerOf(services, placed);
}

const ANSWERS = 'answers when it is in a block; a label names one order (see below)';

const placing = (isBuy: boolean): Method => ({
  differs: `${ANSWERS}; no triggers, market_limit or mmp`,
  run: (services, params, caller) => place(services, params, caller, isBuy),
});

export const placeMethods: Methods = {
  'private/buy': placing(true),
  'private/sell': placing(false),
  'private/edit': {
    differs: 'answers when it is in a block; post_only and reduce_only stay as they were',
    run: (services, params) => edit(services, params, orderIdOf(params)),
  },
  'private/edit_by_label': {
    differs: 'answers when it is in a block; post_only and reduce_only stay as they were',
    run: (services, params) => edit(services, params, BigInt(mustOneByLabel(services, params).id)),
  },
  'private/close_position': {
    differs: `${ANSWERS}; reduce-only, of the whole position`,
    run(services, params, caller) {
      assertValid(params);
      const { symbol } = services.market.mustFind(params.text('instrument_name'));
      // Its size is what is held when it is sent: said again after that it is still the same.
      const price = params.has('price') ? String(priceOf(params)) : '';
      const said = { type: typeOf(params), price };
      return placeOnce(services, caller, {
        ...{ label: params.textOr('label', ''), terms: JSON.stringify({ close: symbol, ...said }) },
        order: () => closing(services, params),
      });
    },
  },
};
