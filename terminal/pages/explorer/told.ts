import { contracts, usd } from '../../format/amounts.ts';
import { shortAddress } from '../../format/address.ts';

/** An event of a block, its attributes by key. */
export interface ToldEvent {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

type Of = ToldEvent['attributes'];

const who = (address: string | undefined) => shortAddress(address ?? '');
const order = (of: Of) => `order ${of['order_id'] ?? '?'}`;

const SENTENCES: Readonly<Record<string, (of: Of) => string>> = {
  order_placed: (of) =>
    `${who(of['owner'])} placed ${order(of)}: ${of['side'] ?? ''} ${contracts(of['quantity'])} ` +
    `${of['series'] ?? ''} at ${usd(of['price_uusd'])}`,
  trade: (of) =>
    `${contracts(of['quantity'])} ${of['series'] ?? ''} traded at ${usd(of['price_uusd'])}: ` +
    `${who(of['taker'])} ${of['taker_side'] === 'buy' ? 'bought from' : 'sold to'} ` +
    who(of['maker']),
  order_cancelled: (of) =>
    `${order(of)} of ${who(of['owner'])} left the book, ${contracts(of['quantity'])} open: ` +
    (of['reason'] ?? ''),
  order_reduced: (of) => `${order(of)} became smaller by ${contracts(of['quantity'])}`,
  order_refused: (of) => `${order(of)} was refused [${of['codespace'] ?? ''}/${of['code'] ?? ''}]`,
  action_refused: (of) =>
    `action ${Number(of['action_index'] ?? 0) + 1} was refused ` +
    `[${of['codespace'] ?? ''}/${of['code'] ?? ''}]`,
  trigger_placed: (of) =>
    `trigger ${of['trigger_id'] ?? ''} waits for the ${of['on'] ?? ''} to be ` +
    `${of['when'] ?? ''} ${usd(of['level_uusd'])}`,
  trigger_fired: (of) => `trigger ${of['trigger_id'] ?? ''} fired at ${usd(of['price_uusd'])}`,
  quotes_set: (of) =>
    `${who(of['owner'])} set ${(of['quotes'] ?? '').split(' ').length} quotes of ` +
    `group ${of['group'] ?? ''}`,
  quotes_pulled: (of) =>
    `${(of['quotes'] ?? '').split(' ').length} quotes of group ${of['group'] ?? ''} were ` +
    `pulled: ${of['reason'] ?? ''}`,
  deposit: (of) => `${who(of['sender'])} deposited ${usd(of['amount_uusd'])} USD`,
  withdraw: (of) => `${who(of['owner'])} withdrew ${usd(of['amount_uusd'])} USD`,
  transfer: (of) => `${who(of['sender'])} sent ${of['amount'] ?? ''} to ${who(of['recipient'])}`,
  margin_mode: (of) => `${who(of['owner'])} is margined by ${of['mode'] ?? ''} rules`,
  session_granted: (of) => `${who(of['owner'])} lets ${who(of['key'])} trade for it`,
  session_revoked: (of) => `${who(of['owner'])} ended the session of ${who(of['key'])}`,
  settlement: (of) =>
    `${who(of['owner'])} was paid ${usd(of['payout_uusd'])} for ${of['underlying'] ?? ''} ` +
    `${of['expiry'] ?? ''} at ${usd(of['settlement_uusd'])}`,
  expiry_priced: (of) =>
    `${of['underlying'] ?? ''} ${of['expiry'] ?? ''} settles at ${usd(of['settlement_uusd'])}`,
  expiry_settled: (of) => `${of['underlying'] ?? ''} ${of['expiry'] ?? ''} is paid out`,
  price: (of) => `the index of ${of['underlying'] ?? ''} is ${usd(of['index_uusd'])}`,
  series_listed: (of) => `${of['series'] ?? ''} is listed`,
  liquidation_flagged: (of) => `${who(of['owner'])} came under liquidation`,
  liquidation_released: (of) => `${who(of['owner'])} is out of liquidation`,
};

/** What others say of an event already, or what every transaction has. */
const QUIET = new Set(['tx', 'message', 'coin_spent', 'coin_received']);

/** What happened, a sentence an event; events without one are told by name and attributes. */
export function sentencesOf(events: readonly ToldEvent[]): string[] {
  return events.flatMap(({ type, attributes }) => {
    if (QUIET.has(type)) return [];
    const known = SENTENCES[type];
    if (known !== undefined) return [known(attributes)];
    const rest = Object.entries(attributes).filter(([key]) => key !== 'msg_index');
    return [`${type}: ${rest.map(([key, value]) => `${key} ${value ?? ''}`).join(', ')}`];
  });
}
