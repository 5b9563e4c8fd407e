import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import type { TxFlags } from '../../session.ts';
import { findSeries } from '../series.ts';
import { coverRemark } from '../margin/covered.ts';
import { showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { readOrder } from './readOrder.ts';

export interface MarketFlags {
  readonly maxPrice?: string;
  readonly minPrice?: string;
  readonly fok?: boolean;
  readonly reduceOnly?: boolean;
  readonly clientId?: string;
}

/** A market order from what was typed: its bound is the one that its side needs. */
export function readMarketOrder(
  args: readonly (string | undefined)[],
  { maxPrice, minPrice, ...flags }: MarketFlags,
  sender: string,
  subaccount: number,
): clob.MsgPlaceOrder {
  const isBuy = args[1]!.toLowerCase() === 'buy';
  const [price, other] = isBuy ? [maxPrice, minPrice] : [minPrice, maxPrice];
  if (price === undefined || other !== undefined) {
    throw usageError(
      isBuy
        ? 'A market order that buys needs --max-price, and nothing else as bound.'
        : 'A market order that sells needs --min-price, and nothing else as bound.',
    );
  }
  const terms = { ...flags, price, ioc: true, stp: 'taker' as const };
  return { ...readOrder(args, terms, sender, subaccount), market: true };
}

export const market: Verb<MarketFlags & TxFlags> = {
  usage: 'market <series> <side> <quantity>',
  description: 'buy or sell at once what there is up to a bound',
  examples: [
    'order market BTC-27DEC26-100000-C sell 0.2 --min-price 900 --from bob',
    'order market BTC-27DEC26-100000-C buy 0.2 --max-price 1500 --from alice',
  ],
  options: (command) =>
    txOptions(command)
      .option('--max-price <usd>', 'pay no more per contract')
      .option('--min-price <usd>', 'take no less per contract')
      .option('--fok', 'trade all of it or nothing')
      .option('--reduce-only', 'never more than closes the position')
      .option('--client-id <text>', 'a name of your own: the same order sent again is placed once'),
  async run(session, args, flags) {
    const { name, address } = session.keys.find(session.keys.from());
    const order = readMarketOrder(args, flags, address, session.settings.subaccount);
    await findSeries(await session.node(), order.series);
    const side = order.side === clob.Side.SIDE_BUY ? 'Buy' : 'Sell';
    const bound = order.side === clob.Side.SIDE_BUY ? 'at most' : 'at least';
    const size = `${formatQuantity(order.quantity)} ${order.series}`;
    const question = `${side} ${size} at ${bound} ${formatPrice(order.priceUusd)} for ${name}?`;
    const remark = await coverRemark(session, address);
    await session.confirm(remark.text === undefined ? question : `${question} (${remark.text})`);
    const signer = await session.keys.signer();
    const msg = msgOf(clob.MsgPlaceOrder, order, true);
    showSent(session, await session.send(signer, [msg], flags), 'done', remark);
  },
};
