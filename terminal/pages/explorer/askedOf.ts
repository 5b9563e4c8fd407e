import { coinText, contractsText, priceText, usdText } from '../../../app/lib/amountText.ts';
import type { Codec } from '../../../proto/codec.ts';
import { MsgSend } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import * as accounts from '../../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { MsgBidLiquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { MsgSetMarginMode } from '../../../proto/gen/tenor.margin.v1.ts';
import * as runtime from '../../../proto/gen/tenor.runtime.v1.ts';
import * as sessions from '../../../proto/gen/tenor.sessions.v1.ts';
import { MsgSetPower } from '../../../proto/gen/tenor.staking.v1.ts';
import { shortAddress } from '../../format/address.ts';
import { countText, durationText, enumText, momentText, shareText } from './fieldText.ts';

// What each kind of message asks for, in a sentence.

const SIDES = new Map<number, string>([
  [clob.Side.SIDE_BUY, 'Buy'],
  [clob.Side.SIDE_SELL, 'Sell'],
]);

/** All that is said, with commas. */
const joined = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(', ');

const named = ({ orderId, clientOrderId }: { orderId: bigint; clientOrderId: string }): string =>
  orderId === 0n ? `order “${clientOrderId}”` : `order ${orderId}`;

const volText = (volBp: number | undefined): string | undefined =>
  volBp === undefined ? undefined : `at ${shareText(volBp, 'bp')} volatility`;

function placed(order: clob.MsgPlaceOrder): string {
  const { side, quantity, series, priceUusd, volBp, timeInForce, postOnly } = order;
  const verb = SIDES.get(side) ?? 'Trade';
  const vol = volText(volBp);
  const bound = order.market || vol !== undefined ? 'no worse than' : 'at';
  return joined(
    `${verb} ${contractsText(quantity)} of ${series}${vol === undefined ? '' : ` ${vol}`}` +
      ` ${bound} ${usdText(priceUusd)}`,
    timeInForce !== clob.TimeInForce.TIME_IN_FORCE_GTC && enumText(clob.TimeInForce, timeInForce),
    postOnly !== clob.PostOnly.POST_ONLY_NONE && `post only ${enumText(clob.PostOnly, postOnly)}`,
    order.reduceOnly && 'only to reduce',
    order.goodTilSeconds > 0n && `until ${momentText(order.goodTilSeconds)}`,
  );
}

function replaced(message: clob.MsgReplaceOrder): string {
  const { priceUusd, quantity, volBp } = message;
  const to = joined(
    priceUusd > 0n && `price ${usdText(priceUusd)}`,
    quantity > 0n && contractsText(quantity),
    volText(volBp),
  );
  return `Give ${named(message)} another ${to === '' ? 'place' : to.replace(/^price/, 'price:')}`;
}

function cancelledAll({ underlying, expirySeconds, series }: clob.MsgCancelAll): string {
  const expiry = expirySeconds > 0n ? `that expire ${momentText(expirySeconds)}` : '';
  const of = series === '' ? underlying : series;
  return ['Cancel all orders', of === '' ? '' : `of ${of}`, expiry]
    .filter((part) => part !== '')
    .join(' ');
}

function triggered({ legs }: clob.MsgPlaceTrigger): string {
  const each = legs.map(({ on, when, levelUusd, order }) => {
    const what = `Once the ${enumText(clob.TriggerOn, on)} is ${enumText(clob.TriggerWhen, when)}`;
    const then = order === undefined ? 'nothing' : placed(order);
    return `${what} ${usdText(levelUusd)}: ${then.charAt(0).toLowerCase()}${then.slice(1)}`;
  });
  return each.join('; or: ');
}

function action(each: clob.BatchAction): string {
  if (each.place !== undefined) return placed(each.place);
  if (each.cancel !== undefined) return `Cancel ${named(each.cancel)}`;
  if (each.cancelAll !== undefined) return cancelledAll(each.cancelAll);
  if (each.replace !== undefined) return replaced(each.replace);
  if (each.placeTrigger !== undefined) return triggered(each.placeTrigger);
  if (each.cancelTrigger === undefined) return 'Nothing';
  return `Cancel trigger ${each.cancelTrigger.triggerId}`;
}

function quoted({ quotes, group }: clob.MsgMassQuote): string {
  const side = (of: clob.QuoteSide | undefined) => {
    if (of === undefined) return 'as it is';
    return of.quantity === 0n ? 'none' : priceText(of.priceUusd);
  };
  const each = quotes.map(({ series, bid, ask }) => `${series} ${side(bid)} / ${side(ask)}`);
  const more = each.length > 3 ? `, and ${each.length - 3} more` : '';
  return `Quote in group ${group}, bid / ask in USD: ${each.slice(0, 3).join(', ')}${more}`;
}

function granted(session: sessions.MsgGrantSession): string {
  const { key, messages, subaccounts, underlyings, expiresSeconds } = session;
  const kinds = messages.map((one) => `${enumText(sessions.MessageClass, one)}s`).join(' and ');
  return joined(
    `Let ${shortAddress(key)} send ${kinds === '' ? 'cancels' : kinds}`,
    `of subaccount ${subaccounts.join(', ')}`,
    underlyings.length > 0 && `in ${underlyings.join(', ')}`,
    session.priceBandPpm > 0 && `within ${shareText(session.priceBandPpm, 'ppm')} of the mark`,
    session.dailyQuantity > 0n && `${contractsText(session.dailyQuantity)} a day`,
    `until ${momentText(expiresSeconds)}`,
  );
}

function bid(message: MsgBidLiquidation): string {
  const { fractionPpb, liquidatedId, limitPpm, leastPayoutUusd } = message;
  const price = joined(
    limitPpm > 0 && `at up to ${shareText(limitPpm, 'ppm')} of its marked value`,
    leastPayoutUusd > 0n && `for a payout of ${usdText(leastPayoutUusd)} or more for the whole`,
  );
  return joined(`Take over ${shareText(fractionPpb, 'ppb')} of account ${liquidatedId}`, price);
}

type Entry = readonly [typeUrl: string, say: (message: object) => string];

const of = <T extends object>({ typeUrl }: Codec<T>, say: (message: T) => string): Entry => [
  typeUrl,
  say as (message: object) => string,
];

const SENTENCES = new Map<string, (message: object) => string>([
  of(MsgSend, ({ toAddress, amount }) => {
    const coins = amount.map((coin) => coinText(BigInt(coin.amount), coin.denom));
    return `Send ${coins.join(', ')} to ${shortAddress(toAddress)}`;
  }),
  of(accounts.MsgDeposit, (m) => `Deposit ${usdText(m.amountUusd)} in subaccount ${m.subaccount}`),
  of(
    accounts.MsgWithdraw,
    (m) => `Withdraw ${usdText(m.amountUusd)} from subaccount ${m.subaccount}`,
  ),
  of(accounts.MsgSetReferrer, (m) => `Name ${shortAddress(m.referrer)} as referrer`),
  of(
    accounts.MsgUnderwrite,
    (m) => `Put ${usdText(m.amountUusd)} into the ${m.underlying} insurance fund`,
  ),
  of(
    accounts.MsgWithdrawUnderwriting,
    (m) => `Take ${countText(m.shares)} shares out of the ${m.underlying} insurance fund`,
  ),
  of(clob.MsgPlaceOrder, placed),
  of(clob.MsgCancelOrder, (m) => `Cancel ${named(m)}`),
  of(clob.MsgCancelAll, cancelledAll),
  of(clob.MsgReplaceOrder, replaced),
  of(clob.MsgPlaceTrigger, triggered),
  of(clob.MsgCancelTrigger, (m) => `Cancel trigger ${m.triggerId}`),
  of(clob.MsgBatch, (m) => m.actions.map(action).join('; ')),
  of(clob.MsgMassQuote, quoted),
  of(
    clob.MsgCancelQuotes,
    (m) => `Cancel quotes of ${m.group === '' ? 'all groups' : `group ${m.group}`}`,
  ),
  of(clob.MsgSetQuoteGroup, (m) =>
    joined(
      `Quote ${m.underlying} in group ${m.group}`,
      `up to ${contractsText(m.quantityLimit)} filled in ${durationText(m.windowMs)}`,
      m.deltaLimit > 0n && `a delta of ${contractsText(m.deltaLimit)}`,
      m.vegaLimitUusd > 0n && `${usdText(m.vegaLimitUusd)} of vega a point`,
    ),
  ),
  of(clob.MsgResetQuoteGroup, (m) => `Quote again in group ${m.group}`),
  of(clob.MsgFreezeQuoteGroup, (m) =>
    m.durationMs === 0
      ? `Quote no more in group ${m.group} until it is reset`
      : `Quote no more in group ${m.group} for ${durationText(m.durationMs)}`,
  ),
  of(clob.MsgDeadManSwitch, (m) =>
    m.timeoutMs === 0
      ? 'Turn the dead-man switch off'
      : `Cancel ${m.everything ? 'all orders and quotes' : 'quotes'} unless this is said again ` +
        `within ${durationText(m.timeoutMs)}`,
  ),
  of(MsgBidLiquidation, bid),
  of(
    MsgSetMarginMode,
    (m) => `Margin subaccount ${m.subaccount} by ${enumText(accounts.MarginMode, m.mode)} rules`,
  ),
  of(
    runtime.MsgScheduleUpgrade,
    ({ plan }) => `Upgrade to ${plan?.name ?? '?'} in block ${countText(plan?.height ?? 0n)}`,
  ),
  of(runtime.MsgCancelUpgrade, () => 'Cancel the planned upgrade'),
  of(runtime.MsgUpdateParams, (m) => `Give module ${m.module} other parameters`),
  of(sessions.MsgGrantSession, granted),
  of(sessions.MsgRevokeSession, (m) => `End the session of ${shortAddress(m.key)}`),
  of(MsgSetPower, (m) => `Give validator ${m.moniker} a power of ${countText(m.power)}`),
]);

/** What a message asks for; empty for one of no known kind. */
export const askedOf = (typeUrl: string, message: object): string =>
  SENTENCES.get(typeUrl)?.(message) ?? '';
