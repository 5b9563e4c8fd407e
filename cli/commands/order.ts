import { Option, type Command } from 'commander';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { queries } from '../chain/queries.ts';
import { msgOf } from '../chain/signTx.ts';
import { formatPrice, formatQuantity, parsePrice, parseQuantity } from '../amounts.ts';
import { usageError } from '../errors.ts';
import { messageJson } from '../output/json.ts';
import type { TxFlags } from '../session.ts';
import { findSeries, readExpiry } from './series.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

export interface OrderFlags {
  readonly price: string;
  readonly ioc?: boolean;
  readonly fok?: boolean;
  readonly postOnly?: boolean;
  readonly slide?: boolean;
  readonly reduceOnly?: boolean;
  readonly clientId?: string;
  readonly stp: 'taker' | 'maker' | 'both';
}

const selfTrade = {
  taker: clob.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
  maker: clob.SelfTrade.SELF_TRADE_EXPIRE_MAKER,
  both: clob.SelfTrade.SELF_TRADE_EXPIRE_BOTH,
} as const;

/** Options that say how an order trades. */
export const orderOptions = (command: Command): Command =>
  command
    .requiredOption('--price <usd>', 'limit price in USD per contract')
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
    .option('--client-id <text>', 'a name of your own for the order, unique while it is open')
    .addOption(
      new Option('--stp <side>', 'which order goes when it would meet your own')
        .choices(['taker', 'maker', 'both'])
        .default('taker'),
    );

function readSide(text: string): clob.Side {
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
    priceUusd: parsePrice(flags.price),
    timeInForce: timeInForce(flags),
    postOnly: postOnly(flags),
    reduceOnly: flags.reduceOnly ?? false,
    selfTrade: selfTrade[flags.stp],
    clientOrderId: flags.clientId ?? '',
  };
}

const place: Verb<OrderFlags & TxFlags> = {
  usage: 'place <series> <side> <quantity>',
  description: 'buy or sell contracts at a price or better',
  examples: [
    'order place BTC-27DEC26-100000-C buy 0.5 --price 1250 --from alice',
    'order place BTC-27DEC26-100000-C sell 1 --price 1200 --ioc --from bob',
  ],
  options: (command) => txOptions(orderOptions(command)),
  async run(session, args, flags) {
    const { name, address } = session.keys.find(session.keys.from());
    const order = readOrder(args, flags, address, session.settings.subaccount);
    await findSeries(await session.node(), order.series);
    const side = order.side === clob.Side.SIDE_BUY ? 'Buy' : 'Sell';
    const size = `${formatQuantity(order.quantity)} ${order.series}`;
    await session.confirm(`${side} ${size} at ${formatPrice(order.priceUusd)} for ${name}?`);
    const signer = await session.keys.signer();
    const msg = msgOf(clob.MsgPlaceOrder, order, true);
    showSent(session, await session.send(signer, [msg], flags), 'placed');
  },
};

const list: Verb = {
  usage: 'list [name-or-address]',
  description: 'open orders of a trading account',
  examples: ['order list --from alice'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const { orders } = await node.ask(queries.orders, {
      owner,
      subaccount: session.settings.subaccount,
    });
    out.show({ orders: orders.map((order) => messageJson(clob.Order, order)) }, () => {
      if (orders.length === 0) return 'No open orders.';
      const right = (title: string) => ({ title, align: 'right' as const });
      const rows = orders.map((order) => [
        order.id.toString(),
        order.symbol,
        order.side === clob.Side.SIDE_BUY ? out.color.green('buy') : out.color.red('sell'),
        formatPrice(order.priceUusd),
        formatQuantity(order.remaining),
        formatQuantity(order.quantity),
        [order.clientOrderId, order.reduceOnly ? 'reduce-only' : ''].filter(Boolean).join(' '),
      ]);
      const columns = [right('ID'), { title: 'SERIES' }, { title: 'SIDE' }, right('PRICE')];
      return out.table([...columns, right('OPEN'), right('OF'), { title: '' }], rows);
    });
  },
};

interface CancelFlags extends TxFlags {
  readonly all?: boolean;
  readonly clientId?: string;
  readonly underlying?: string;
  readonly expiry?: string;
  readonly series?: string;
}

function cancelMsg(id: string | undefined, flags: CancelFlags, sender: string, subaccount: number) {
  const { all = false, clientId, underlying, expiry, series } = flags;
  const ways = [id !== undefined, clientId !== undefined, all].filter(Boolean).length;
  if (ways !== 1) {
    throw usageError('Say what to cancel: an order’s ID, or --client-id, or --all, and only one.');
  }
  if (all) {
    return msgOf(
      clob.MsgCancelAll,
      {
        ...{ sender, subaccount },
        underlying: underlying?.toUpperCase() ?? '',
        expirySeconds: expiry === undefined ? 0n : readExpiry(expiry),
        series: series?.toUpperCase() ?? '',
      },
      true,
    );
  }
  if (underlying !== undefined || expiry !== undefined || series !== undefined) {
    throw usageError('--underlying, --expiry and --series go with --all.');
  }
  if (id !== undefined && !/^[1-9]\d{0,18}$/.test(id)) {
    throw usageError(`"${id}" is not the id of an order.`, 'See yours: tenor order list');
  }
  const orderId = BigInt(id ?? 0);
  const msg = { sender, subaccount, orderId, clientOrderId: clientId ?? '' };
  return msgOf(clob.MsgCancelOrder, msg, true);
}

const cancel: Verb<CancelFlags> = {
  usage: 'cancel [id]',
  description: 'cancel an open order, or several',
  examples: [
    'order cancel 17 --from alice',
    'order cancel --client-id mine --from alice',
    'order cancel --all --underlying BTC --from alice',
  ],
  options: (command) =>
    txOptions(command)
      .option('--client-id <text>', 'the order with this name')
      .option('--all', 'all of the trading account')
      .option('--underlying <name>', 'with --all: of this underlying only')
      .option('--expiry <expiry>', 'with --all: of this expiry only')
      .option('--series <series>', 'with --all: of this series only')
      .option('--unordered', 'do not wait for transactions sent before (no sequence)'),
  async run(session, [id], flags) {
    const { address } = session.keys.find(session.keys.from());
    const msg = cancelMsg(id, flags, address, session.settings.subaccount);
    const signer = await session.keys.signer();
    showSent(session, await session.send(signer, [msg], flags), 'there was nothing to cancel');
  },
};

export const orderGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'order', 'orders: place, list and cancel')
    .verb(place)
    .verb(list)
    .verb(cancel);
