import { Option, type Command } from 'commander';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { parsePrice, parseQuantity } from '../../amounts.ts';
import { usageError } from '../../errors.ts';

export interface OrderFlags {
  readonly price?: string | undefined;
  /** Implied volatility, `55%`, in place of a price; then with a bound. */
  readonly iv?: string;
  readonly bound?: string;
  readonly ioc?: boolean;
  readonly fok?: boolean;
  readonly postOnly?: boolean;
  readonly slide?: boolean;
  readonly reduceOnly?: boolean;
  readonly clientId?: string;
  readonly stp: 'taker' | 'maker' | 'both';
  /** Unix seconds. */
  readonly goodTil?: bigint;
}

const selfTrade = {
  taker: clob.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
  maker: clob.SelfTrade.SELF_TRADE_EXPIRE_MAKER,
  both: clob.SelfTrade.SELF_TRADE_EXPIRE_BOTH,
} as const;

/** `90s`, `15m`, `8h`, `2d` from now, or a time, `2026-12-27T08:00Z`; in Unix seconds. */
export function readGoodTil(text: string, nowMs: number): bigint {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms =
    count === undefined ? Date.parse(text) : nowMs + Number(count) * UNIT_SECONDS[unit!]! * 1_000;
  if (Number.isNaN(ms)) {
    throw usageError(`"${text}" is no time: 90s, 15m, 8h, 2d, or 2026-12-27T08:00Z.`);
  }
  return BigInt(Math.floor(ms / 1_000));
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Options that say how an order trades. */
export const orderOptions = (command: Command, needsPrice = true): Command =>
  command
    .addOption(
      new Option('--price <usd>', 'limit price in USD per contract').makeOptionMandatory(
        needsPrice,
      ),
    )
    .addOption(
      new Option('--iv <percent>', 'an implied volatility in place of a price, with --bound'),
    )
    .option('--bound <usd>', 'with --iv: the worst price in USD per contract')
    .addOption(
      new Option('--ioc', 'trade what there is, rest nothing').conflicts([
        'fok',
        'postOnly',
        'slide',
      ]),
    )
    .addOption(new Option('--fok', 'trade all of it or nothing').conflicts(['postOnly', 'slide']))
    .option('--post-only', 'refuse it if it would trade at once')
    .option('--slide', 'like --post-only, but move it to the nearest price that rests')
    .option('--reduce-only', 'never more than closes the position')
    .option('--client-id <text>', 'a name of your own: the same order sent again is placed once')
    .addOption(
      new Option('--stp <side>', 'which order goes when it would meet your own')
        .choices(['taker', 'maker', 'both'])
        .default('taker'),
    );

export function readSide(text: string): clob.Side {
  const side = text.toLowerCase();
  if (side === 'buy') return clob.Side.SIDE_BUY;
  if (side === 'sell') return clob.Side.SIDE_SELL;
  throw usageError(`"${text}" is no side: buy or sell.`);
}

function timeInForce({ ioc = false, fok = false }: OrderFlags): clob.TimeInForce {
  if (fok) return clob.TimeInForce.TIME_IN_FORCE_FOK;
  return ioc ? clob.TimeInForce.TIME_IN_FORCE_IOC : clob.TimeInForce.TIME_IN_FORCE_GTC;
}

function postOnly({ postOnly: reject = false, slide = false }: OrderFlags): clob.PostOnly {
  if (slide) return clob.PostOnly.POST_ONLY_SLIDE;
  return reject ? clob.PostOnly.POST_ONLY_REJECT : clob.PostOnly.POST_ONLY_NONE;
}

/** `55%` or `55.5%`, in 1e-4. */
export function readVol(text: string): number {
  const [, whole, part = ''] = /^(\d{1,4})(?:\.(\d{1,2}))?%?$/.exec(text) ?? [];
  if (whole === undefined) throw usageError(`"${text}" is no volatility: 55% or 55.5%.`);
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

function readPrice({ price, iv, bound }: OrderFlags) {
  if ((price === undefined) === (iv === undefined)) {
    throw usageError('Say at what: --price 1250, or --iv 55% with --bound 1300, and only one.');
  }
  if ((iv === undefined) !== (bound === undefined)) {
    throw usageError('--iv and --bound go together: a volatility, and the worst price for it.');
  }
  if (iv === undefined) return { priceUusd: parsePrice(price!) };
  return { priceUusd: parsePrice(bound!), volBp: readVol(iv) };
}

/** An order from what was typed, `SERIES SIDE QUANTITY` and the options. */
export function readOrder(
  [series, side, quantity]: readonly (string | undefined)[],
  flags: OrderFlags,
  sender: string,
  subaccount: number,
): clob.MsgPlaceOrder {
  return {
    sender,
    subaccount,
    series: series!.toUpperCase(),
    side: readSide(side!),
    quantity: parseQuantity(quantity!),
    ...readPrice(flags),
    timeInForce: timeInForce(flags),
    postOnly: postOnly(flags),
    reduceOnly: flags.reduceOnly ?? false,
    selfTrade: selfTrade[flags.stp],
    clientOrderId: flags.clientId ?? '',
    goodTilSeconds: flags.goodTil ?? 0n,
    market: false,
  };
}
