import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { reasonText } from '../../chain/describeOutcome.ts';
import { queries } from '../../../client/queries.ts';
import { messageJson } from '../../output/json.ts';
import type { Verb } from '../verb.ts';

/** Names and values of an order. */
export function orderFields(order: clob.Order): [string, string][] {
  const { status, priceUusd, quantity, filled, remaining, endedHeight, goodTilSeconds } = order;
  const isEnded = status !== 'open' && status !== 'filled';
  const fields: [string, string | undefined][] = [
    ['order', order.id.toString()],
    ['series', order.symbol],
    ['side', order.side === clob.Side.SIDE_BUY ? 'buy' : 'sell'],
    ['price', formatPrice(priceUusd)],
    ['size', formatQuantity(quantity)],
    ['filled', formatQuantity(filled)],
    ['open', formatQuantity(remaining)],
    ['status', isEnded ? `cancelled (${reasonText(status)})` : status],
    ['ended', endedHeight === undefined ? undefined : `height ${endedHeight}`],
    ['until', goodTilSeconds === undefined ? undefined : timeText(goodTilSeconds)],
    ['client id', order.clientOrderId || undefined],
    ['reduce-only', order.reduceOnly ? 'yes' : undefined],
  ];
  return fields.filter((field): field is [string, string] => field[1] !== undefined);
}

/** Beyond what a calendar has it is as good as for ever. */
function timeText(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString();
}

export const show: Verb = {
  usage: 'show <id-or-client-id>',
  description: 'an order, also for a while after it ended',
  examples: ['order show 17 --from alice', 'order show mine --from alice'],
  async run(session, [name]) {
    const { out } = session;
    const isId = /^[1-9]\d{0,18}$/.test(name!);
    const { order } = await (
      await session.node()
    ).ask(queries.order, {
      ...{ owner: session.owner(), subaccount: session.settings.subaccount },
      ...(isId
        ? { orderId: BigInt(name!), clientOrderId: '' }
        : { orderId: 0n, clientOrderId: name! }),
    });
    out.show(messageJson(clob.Order, order!), () => out.fields(orderFields(order!)));
  },
};
