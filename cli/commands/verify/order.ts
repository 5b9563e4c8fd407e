import { OrderRecord, Side } from '../../../proto/gen/tenor.clob.v1.ts';
import { CONTRACT_DECIMALS } from '../../../app/lib/amountText.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { records } from '../../../app/lib/records.ts';
import { LightError, OrderProofs } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { usageError } from '../../errors.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { enumName, messageJson, withDecimal } from '../../output/json.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';

export const verifyOrder: Verb<LightFlags> = {
  usage: 'order <id>',
  description: 'that an order rests in its book, and what is left of it; or that it does not',
  examples: ['verify order 12'],
  options: lightOptions,
  async run(session, [text], flags) {
    if (!/^[1-9]\d{0,18}$/.test(text!)) throw usageError(`"${text}" is not the id of an order.`);
    const id = BigInt(text!);
    const light = await Light.open(session, flags);
    const [found, state, ground] = await light.state((view) => prove(view, id));
    if (found === null) {
      const sentence = `order ${id} does not rest: it was filled, cancelled or never placed`;
      showVerified(session.out, { id: text, order: null }, sentence, state, ground);
      return;
    }
    const { record, owner, symbol, remaining } = found;
    const order = {
      ...{ id: text, owner, series: symbol, ...messageJson(OrderRecord, record) },
      ...withDecimal('remaining', remaining, CONTRACT_DECIMALS),
    };
    const side = enumName(Side, record.side);
    const size = `${formatQuantity(remaining)} of ${formatQuantity(record.quantity)}`;
    const limit = `${symbol} at ${formatPrice(record.priceUusd)}`;
    const sentence = `order ${id} of ${owner} rests: ${side} ${size} ${limit}`;
    showVerified(session.out, { order }, sentence, state, ground);
  },
};

interface Found {
  readonly record: OrderRecord;
  readonly owner: string;
  readonly symbol: string;
  readonly remaining: bigint;
}

async function prove(view: VerifiedState, id: bigint): Promise<Found | null> {
  const order = await new OrderProofs(view).get(id);
  if (order === undefined) return null;
  const { record, remaining } = order;
  const subaccount = await view.get(records.subaccounts, record.subaccountId);
  const series = await view.get(records.series, record.seriesId);
  if (subaccount === undefined || series === undefined) {
    throw new LightError('lie', `order ${id} rests without its account or series`);
  }
  return { record, owner: subaccount.owner, symbol: series.symbol, remaining };
}
