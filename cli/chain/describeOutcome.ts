import { TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { formatCoin, formatPrice, formatQuantity, formatUsd } from '../amounts.ts';
import { heldText } from '../../client/heldText.ts';
import { responseOf } from '../../client/outcome.ts';
import type { Outcome, TxEvent } from '../../client/outcome.ts';

const eventsOf = (outcome: Outcome, type: string) =>
  outcome.events.filter((event) => event.type === type).map(({ attributes }) => attributes);

/** `filled 0.5 at 1,250.00 (fee 1.20 USD); resting 0`. */
export function describeOrder(outcome: Outcome): string | null {
  const response =
    responseOf(outcome, clob.MsgPlaceOrderResponse) ??
    responseOf(outcome, clob.MsgReplaceOrderResponse);
  if (response === null) return null;
  const id = response.orderId.toString();
  if ('delayed' in response && response.delayed === true) {
    return `order ${id} would take: it is placed at the end of the next block`;
  }
  const trades = eventsOf(outcome, 'trade').filter((trade) => trade['taker_order_id'] === id);
  const parts = [`order ${id}`, `filled ${describeFills(response.filled, trades)}`];
  parts.push(`resting ${formatQuantity(response.resting)}`);
  for (const cancelled of eventsOf(outcome, 'order_cancelled')) {
    if (cancelled['order_id'] !== id || cancelled['reason'] === 'replaced') continue;
    const quantity = formatQuantity(BigInt(cancelled['quantity']!));
    parts.push(`cancelled ${quantity} (${reasonText(cancelled['reason']!)})`);
  }
  return parts.join('; ');
}

/** Why the rest of an order did not stay, by the chain's names. */
const reasons: Readonly<Record<string, string>> = {
  ioc_remainder: 'nothing more to trade with at its price',
  self_trade: 'it would have met your own order',
  match_limit: 'it met as many orders as one may: send the rest again',
  margin: 'the margin does not allow more',
  position_cap: 'the position is as large as it may be',
  price_band: 'the next price is outside the band',
  reduce_only: 'there is nothing more to reduce',
  requested: 'as its owner asked',
  expired: 'its series expired',
  timed_out: 'its time was over',
  book_full: 'a better order took its place in a full book',
  liquidation: 'its account was liquidated',
  no_mark: 'prices were not live',
  refused: 'it was refused when its turn came',
};

export const reasonText = (reason: string): string => reasons[reason] ?? reason;

function describeFills(filled: bigint, trades: readonly TxEvent['attributes'][]): string {
  if (filled === 0n || trades.length === 0) return formatQuantity(filled);
  let value = 0n;
  let fee = 0n;
  let quantity = 0n;
  for (const trade of trades) {
    quantity += BigInt(trade['quantity']!);
    value += BigInt(trade['price_uusd']!) * BigInt(trade['quantity']!);
    fee += BigInt(trade['taker_fee_uusd']!);
  }
  const exact = value % quantity === 0n;
  const average = exact
    ? formatPrice(value / quantity)
    : `${formatUsd(value / quantity)} on average`;
  return `${formatQuantity(filled)} at ${average} (fee ${formatUsd(fee)} USD)`;
}

/** `fees of both sides 11.52 USD: insurance fund 2.30, validators 9.22`. */
function describeFees(trades: readonly TxEvent['attributes'][]): string | null {
  const sum = (...keys: string[]) =>
    trades
      .flatMap((trade) => keys.map((key) => BigInt(trade[key] ?? 0)))
      .reduce((all, uusd) => all + uusd, 0n);
  const whole = sum('maker_fee_uusd', 'taker_fee_uusd');
  if (whole === 0n) return null;
  const parts: [string, bigint][] = [
    ['insurance fund', sum('fund_fee_uusd')],
    ['referrers', sum('maker_referrer_uusd', 'taker_referrer_uusd')],
    ['treasury', sum('treasury_fee_uusd')],
    ['validators', sum('validators_fee_uusd')],
  ];
  const told = parts
    .filter(([, uusd]) => uusd > 0n)
    .map(([to, uusd]) => `${to} ${formatUsd(uusd)}`);
  // A node of an earlier version does not tell the parts.
  if (told.length === 0) return null;
  return `fees of both sides ${formatUsd(whole)} USD: ${told.join(', ')}`;
}

/** What a transaction did, a sentence for each thing that happened. */
export function describeOutcome(outcome: Outcome): string[] {
  const sentences: string[] = [];
  const order = describeOrder(outcome);
  if (order !== null) sentences.push(order);
  const shares = describeFees(eventsOf(outcome, 'trade'));
  if (shares !== null) sentences.push(shares);
  const isTold =
    order !== null || outcome.events.some(({ type }) => /^(deposit|withdraw)$/.test(type));
  for (const { type, attributes } of outcome.events) {
    const sentence = describeEvent(type, attributes, isTold);
    if (sentence !== null) sentences.push(sentence);
  }
  return [...sentences, ...describeHeld(outcome)];
}

/** What stays of what was to go. */
function describeHeld(outcome: Outcome): string[] {
  const { MsgCancelAllResponse, MsgCancelQuotesResponse, MsgFreezeQuoteGroupResponse } = clob;
  const answers = [MsgCancelAllResponse, MsgCancelQuotesResponse, MsgFreezeQuoteGroupResponse];
  return answers.flatMap((codec) => heldText(responseOf(outcome, codec)?.held) ?? []);
}

function describeEvent(
  type: string,
  a: Readonly<Record<string, string>>,
  isTold: boolean,
): string | null {
  switch (type) {
    case 'transfer':
      // Fees are transfers of no message, and deposits say more by themselves.
      if (a['msg_index'] === undefined || isTold) return null;
      return `sent ${describeCoins(a['amount']!)} from ${a['sender']!} to ${a['recipient']!}`;
    case 'deposit':
      return `deposited ${usd(a)} into subaccount ${a['subaccount']!}`;
    case 'withdraw':
      return `withdrew ${usd(a)} from subaccount ${a['subaccount']!}`;
    case 'margin_mode':
      return `subaccount ${a['subaccount']!} has ${a['mode']!} margin`;
    case 'order_cancelled':
      if (isTold) return null;
      return `cancelled order ${a['order_id']!}, ${contracts(a)} ${a['series']!}`;
    case 'trigger_cancelled':
      return `cancelled trigger ${a['trigger_id']!} of ${a['series']!}`;
    case 'update_params':
      return `changed the parameters of ${a['params_module']!}`;
    default:
      return null;
  }
}

const contracts = (a: Readonly<Record<string, string>>): string =>
  formatQuantity(BigInt(a['quantity']!));

const usd = (a: Readonly<Record<string, string>>): string =>
  `${formatUsd(BigInt(a['amount_uusd']!))} USD`;

function describeCoins(text: string): string {
  return text
    .split(',')
    .map((coin) => /^(\d+)(.+)$/.exec(coin))
    .map((match) => (match === null ? text : formatCoin({ amount: match[1]!, denom: match[2]! })))
    .join(', ');
}

/** The types of a transaction's messages, `MsgPlaceOrder`, and its memo. */
export function contentOf(tx: Uint8Array): { messages: string[]; memo: string } {
  const { messages, memo } = TxBody.decode(TxRaw.decode(tx).bodyBytes);
  const types = messages.map(({ typeUrl }) => typeUrl.slice(typeUrl.lastIndexOf('.') + 1));
  return { messages: types, memo };
}
