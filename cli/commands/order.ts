import type { Command } from 'commander';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { queries } from '../../client/queries.ts';
import { msgOf } from '../../client/signTx.ts';
import { formatPrice, formatQuantity } from '../amounts.ts';
import { messageJson } from '../output/json.ts';
import type { TxFlags } from '../session.ts';
import { coverRemark } from './margin/covered.ts';
import { batch } from './orders/batch.ts';
import { cancelMsg, type CancelFlags } from './orders/readCancel.ts';
import { market } from './orders/market.ts';
import { orderOptions, readGoodTil, readOrder, type OrderFlags } from './orders/readOrder.ts';
import { replace } from './orders/replace.ts';
import { show } from './orders/show.ts';
import { listTriggers, stop } from './orders/stop.ts';
import { findSeries } from './series.ts';
import { showSent } from './showSent.ts';
import { Group, txOptions, type Open, type Verb } from './verb.ts';

const place: Verb<OrderFlags & TxFlags & { readonly until?: string }> = {
  usage: 'place <series> <side> <quantity>',
  description: 'buy or sell contracts at a price or better',
  examples: [
    'order place BTC-27DEC26-100000-C buy 0.5 --price 1250 --from alice',
    'order place BTC-27DEC26-100000-C sell 1 --price 1200 --ioc --from bob',
    'order place BTC-27DEC26-100000-C buy 1 --price 1200 --until 8h --from alice',
    'order place BTC-27DEC26-100000-C buy 1 --iv 55% --bound 1300 --from alice',
  ],
  options: (command) =>
    txOptions(orderOptions(command, false)).option(
      '--until <time>',
      'cancel what is left then: 90s, 15m, 8h, 2d from now, or a time',
    ),
  async run(session, args, flags) {
    const { name, address } = session.keys.find(session.keys.from());
    const { until } = flags;
    const goodTil = until === undefined ? {} : { goodTil: readGoodTil(until, session.clock()) };
    const terms = { ...flags, ...goodTil };
    const order = readOrder(args, terms, address, session.settings.subaccount);
    await findSeries(await session.node(), order.series);
    const remark = await coverRemark(session, address);
    const side = order.side === clob.Side.SIDE_BUY ? 'Buy' : 'Sell';
    const size = `${formatQuantity(order.quantity)} ${order.series}`;
    const asked = `${side} ${size} at ${priceText(order)} for ${name}?`;
    await session.confirm(remark.text === undefined ? asked : `${asked} (${remark.text})`);
    const signer = await session.keys.signer();
    const msg = msgOf(clob.MsgPlaceOrder, order, true);
    showSent(session, await session.send(signer, [msg], flags), 'placed', remark);
  },
};

/** A price, or a volatility with its bound. */
const priceText = ({ volBp, priceUusd }: Pick<clob.Order, 'volBp' | 'priceUusd'>): string =>
  volBp === undefined
    ? formatPrice(priceUusd)
    : `${volBp / 100}% (bound ${formatPrice(priceUusd)})`;

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
        priceText(order),
        formatQuantity(order.remaining),
        formatQuantity(order.quantity),
        [order.clientOrderId, order.reduceOnly ? 'reduce-only' : ''].filter(Boolean).join(' '),
      ]);
      const columns = [right('ID'), { title: 'SERIES' }, { title: 'SIDE' }, right('PRICE')];
      return out.table([...columns, right('OPEN'), right('OF'), { title: '' }], rows);
    });
  },
};

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
      .option('--trigger <id>', 'the trigger with this id')
      .option('--all', 'all of the trading account, triggers included')
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
  new Group(root, open, 'order', 'orders: place, replace, show, cancel, and several at once')
    .verb(place)
    .verb(market)
    .verb(stop)
    .verb(replace)
    .verb(batch)
    .verb(list)
    .verb(show)
    .verb(listTriggers)
    .verb(cancel);
