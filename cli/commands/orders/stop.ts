import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity, parsePrice } from '../../amounts.ts';
import { responseOf } from '../../../client/outcome.ts';
import { msgOf } from '../../../client/signTx.ts';
import { queries } from '../../../client/queries.ts';
import { usageError } from '../../errors.ts';
import { messageJson } from '../../output/json.ts';
import type { TxFlags } from '../../session.ts';
import { findSeries } from '../series.ts';
import { outcomeJson, showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { readOrder } from './readOrder.ts';

export interface StopFlags {
  readonly trigger: string;
  readonly price: string;
  readonly market?: boolean;
  readonly reduceOnly?: boolean;
  readonly clientId?: string;
  readonly orTrigger?: string;
  readonly orPrice?: string;
}

const ON: Readonly<Record<string, clob.TriggerOn>> = {
  mark: clob.TriggerOn.TRIGGER_ON_MARK,
  index: clob.TriggerOn.TRIGGER_ON_INDEX,
};
const WHEN: Readonly<Record<string, clob.TriggerWhen>> = {
  above: clob.TriggerWhen.TRIGGER_WHEN_ABOVE,
  below: clob.TriggerWhen.TRIGGER_WHEN_BELOW,
};

/** `mark:below:800`. */
function readCondition(text: string): Omit<clob.TriggerLeg, 'order'> {
  const [, on, when, level] = /^(mark|index):(above|below):(.+)$/i.exec(text) ?? [];
  if (level === undefined) {
    throw usageError(`"${text}" is no trigger: mark:below:800, or index:above:70000.`);
  }
  return {
    on: ON[on!.toLowerCase()]!,
    when: WHEN[when!.toLowerCase()]!,
    levelUusd: parsePrice(level),
  };
}

/** One trigger, or two of which one cancels the other, from what was typed. */
export function readStop(
  args: readonly (string | undefined)[],
  flags: StopFlags,
  sender: string,
  subaccount: number,
): clob.MsgPlaceTrigger {
  const { trigger, price, market = false, reduceOnly = false, clientId } = flags;
  const { orTrigger, orPrice } = flags;
  if (orTrigger === undefined && orPrice !== undefined) {
    throw usageError('--or-price goes with --or-trigger.');
  }
  const order = (limit: string): clob.MsgPlaceOrder => {
    const name = clientId === undefined ? {} : { clientId };
    const terms = { price: limit, ioc: market, reduceOnly, stp: 'taker' as const, ...name };
    return { ...readOrder(args, terms, '', 0), market };
  };
  const legs = [{ ...readCondition(trigger), order: order(price) }];
  if (orTrigger !== undefined) {
    legs.push({ ...readCondition(orTrigger), order: order(orPrice ?? price) });
  }
  return { sender, subaccount, legs };
}

/** `when the mark is 800.00 or less: sell 1 BTC-27DEC26-100000-C at 750.00`. */
export function describeTrigger({ on, when, levelUusd, order }: clob.TriggerLeg): string {
  const price = on === clob.TriggerOn.TRIGGER_ON_INDEX ? 'the index' : 'the mark';
  const side = when === clob.TriggerWhen.TRIGGER_WHEN_ABOVE ? 'more' : 'less';
  const { side: orderSide, quantity, series, priceUusd } = order!;
  const verb = orderSide === clob.Side.SIDE_BUY ? 'buy' : 'sell';
  const what = `${verb} ${formatQuantity(quantity)} ${series} at ${formatPrice(priceUusd)}`;
  return `when ${price} is ${formatPrice(levelUusd)} or ${side}: ${what}`;
}

export const stop: Verb<StopFlags & TxFlags> = {
  usage: 'stop <series> <side> <quantity>',
  description: 'an order that waits for the mark or the index: a stop or a take-profit',
  examples: [
    'order stop BTC-27DEC26-100000-C sell 1 --trigger mark:below:800 --price 750 --from alice',
    'order stop BTC-27DEC26-100000-C sell 1 --trigger mark:below:800 --price 750 ' +
      '--or-trigger mark:above:2000 --or-price 1990 --reduce-only --from alice',
  ],
  options: (command) =>
    txOptions(command)
      .requiredOption('--trigger <condition>', 'mark or index, above or below, and a price in USD')
      .requiredOption('--price <usd>', 'limit price of the order, in USD per contract')
      .option('--market', 'the price is only a bound, and nothing rests')
      .option(
        '--or-trigger <condition>',
        'a second trigger: the first that fires cancels the other',
      )
      .option('--or-price <usd>', 'limit price of its order, if it is another')
      .option('--reduce-only', 'never more than closes the position')
      .option('--client-id <text>', 'a name of your own for the order'),
  async run(session, args, flags) {
    const { out } = session;
    const { address } = session.keys.find(session.keys.from());
    const msg = readStop(args, flags, address, session.settings.subaccount);
    await findSeries(await session.node(), msg.legs[0]!.order!.series);
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgPlaceTrigger, msg, true)], flags);
    const { outcome } = sent;
    if (outcome === null) {
      showSent(session, sent, 'placed');
      return;
    }
    const { triggerIds } = responseOf(outcome, clob.MsgPlaceTriggerResponse)!;
    out.show(outcomeJson(outcome), () => [
      ...triggerIds.map((id, i) => `Trigger ${id}: ${describeTrigger(msg.legs[i]!)}`),
      out.color.dim(`height ${outcome.height}, transaction ${outcome.hash}`),
    ]);
  },
};

export const listTriggers: Verb = {
  usage: 'triggers [name-or-address]',
  description: 'orders of a trading account that wait for a price',
  examples: ['order triggers --from alice'],
  async run(session, [who]) {
    const { out } = session;
    const owner = session.owner(who);
    const node = await session.node();
    const { subaccount } = session.settings;
    const { triggers } = await node.ask(queries.triggers, { owner, subaccount });
    out.show({ triggers: triggers.map((t) => messageJson(clob.Trigger, t)) }, () => {
      if (triggers.length === 0) return 'No triggers.';
      const rows = triggers.map((trigger) => [
        trigger.id.toString(),
        describeTrigger(trigger),
        trigger.other === undefined ? '' : `or trigger ${trigger.other}`,
      ]);
      const id = { title: 'ID', align: 'right' as const };
      return out.table([id, { title: 'TRIGGER' }, { title: '' }], rows);
    });
  },
};
