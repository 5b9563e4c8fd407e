import { channels } from './channels/index.ts';
import { methods } from './methods/index.ts';

/** Deribit's own list: names of its methods, and the fields that each answers with. */
export interface DeribitList {
  readonly methods: Readonly<Record<string, { readonly result: unknown }>>;
}

const both = (access: string, names: readonly string[]) => names.map((name) => `${access}/${name}`);

/** What existing clients call, by how much depends on it. */
export const ASKED: Readonly<Record<'P0' | 'P1' | 'P2', readonly string[]>> = {
  P0: [
    ...both('public', ['get_time', 'status', 'hello', 'test', 'get_currencies']),
    ...both('public', ['get_instrument', 'get_instruments', 'ticker', 'get_order_book']),
    ...both('public', ['get_book_summary_by_currency', 'get_book_summary_by_instrument']),
    ...both('public', ['get_last_trades_by_instrument', 'get_last_trades_by_currency']),
    ...both('public', ['get_last_trades_by_instrument_and_time', 'get_index_price']),
    ...both('public', ['get_last_trades_by_currency_and_time', 'auth', 'set_heartbeat']),
    ...both('public', ['subscribe', 'unsubscribe']),
    ...both('private', ['subscribe', 'unsubscribe', 'logout', 'buy', 'sell', 'edit', 'cancel']),
    ...both('private', ['cancel_all', 'cancel_all_by_instrument', 'cancel_all_by_currency']),
    ...both('private', ['cancel_by_label', 'get_open_orders', 'get_open_orders_by_currency']),
    ...both('private', ['get_open_orders_by_instrument', 'get_open_orders_by_label']),
    ...both('private', ['get_order_state', 'get_position', 'get_positions']),
    ...both('private', ['get_account_summary', 'get_account_summaries']),
    ...both('private', ['get_user_trades_by_instrument', 'get_user_trades_by_currency']),
    ...both('private', ['get_user_trades_by_instrument_and_time', 'get_user_trades_by_order']),
    ...both('private', ['get_user_trades_by_currency_and_time']),
  ],
  P1: [
    ...both('private', ['mass_quote', 'cancel_quotes', 'set_mmp_config', 'get_mmp_config']),
    ...both('private', ['reset_mmp', 'get_mmp_status', 'enable_cancel_on_disconnect']),
    ...both('private', ['disable_cancel_on_disconnect', 'get_margins', 'simulate_portfolio']),
    ...both('private', ['edit_by_label', 'get_order_history_by_currency']),
    ...both('private', ['get_order_history_by_instrument']),
    ...both('private', ['get_settlement_history_by_currency']),
    ...both('private', ['get_settlement_history_by_instrument']),
    ...both('public', ['get_tradingview_chart_data', 'get_historical_volatility']),
  ],
  P2: [
    ...both('public', ['get_combos', 'get_volatility_index_data']),
    ...both('private', ['create_combo', 'create_block_rfq', 'get_trigger_order_history']),
    ...both('private', ['submit_transfer_between_subaccounts']),
  ],
};

/** Channels of the same list; the second group is of P1. */
export const ASKED_CHANNELS: Readonly<Record<'P0' | 'P1' | 'P2', readonly string[]>> = {
  P0: [
    ...['book.{instrument_name}.{interval}', 'book.{instrument_name}.{group}.{depth}.{interval}'],
    ...['ticker.{instrument_name}.{interval}', 'quote.{instrument_name}'],
    ...['trades.{instrument_name}.{interval}', 'trades.{kind}.{currency}.{interval}'],
    ...['user.orders.{instrument_name}.{interval}', 'user.orders.{kind}.{currency}.{interval}'],
    ...['user.trades.{instrument_name}.{interval}', 'user.trades.{kind}.{currency}.{interval}'],
    ...['user.changes.{instrument_name}.{interval}', 'user.changes.{kind}.{currency}.{interval}'],
    'user.portfolio.{currency}',
  ],
  P1: [
    ...['chart.trades.{instrument_name}.{resolution}', 'markprice.options.{index_name}'],
    ...['deribit_price_index.{index_name}', 'instrument.state.{kind}.{currency}'],
  ],
  P2: ['deribit_volatility_index.{index_name}'],
};

type Priority = keyof typeof ASKED;

function priorityOf(name: string, of: Readonly<Record<Priority, readonly string[]>>): string {
  const found = (Object.keys(of) as Priority[]).find((priority) => of[priority].includes(name));
  return found ?? '';
}

/** Why not, of what existing clients ask for and the chain, or a session key, does not have. */
const ABSENT: Readonly<Record<string, string>> = {
  'public/get_combos': 'the chain has no combos yet',
  'private/create_combo': 'the chain has no combos yet',
  'private/create_block_rfq': 'the chain has no requests for quotes yet',
  'private/get_trigger_order_history': 'a session key places no triggers',
};

interface Entry {
  readonly differs?: string;
}

function stateOf(entry: Entry | undefined, name: string): string {
  if (entry === undefined) return `absent: ${ABSENT[name] ?? 'nobody asked for it yet'}`;
  return entry.differs === undefined ? 'same' : `differs: ${entry.differs}`;
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** `docs/conformity.md`: what is there, method by method and channel by channel. */
export function conformityPage(deribit: DeribitList): string {
  const names = new Set([...Object.keys(deribit.methods), ...Object.keys(methods)]);
  const order = (a: string, b: string) => (a < b ? -1 : 1);
  const known = [...names].filter((name) => name in methods || priorityOf(name, ASKED) !== '');
  const rest = [...names].filter((name) => !known.includes(name)).toSorted(order);
  const patterns = new Map(channels.map((channel) => [channel.pattern, channel] as const));
  const asked = Object.values(ASKED_CHANNELS).flat();
  return [
    INTRODUCTION,
    '## Methods',
    row(['method', 'priority', 'here']),
    row(['---', '---', '---']),
    ...known
      .toSorted(order)
      .map((name) => row([`\`${name}\``, priorityOf(name, ASKED), stateOf(methods[name], name)])),
    '',
    `Absent, since no client that was tried calls them: ${rest.map((n) => `\`${n}\``).join(', ')}.`,
    '',
    '## Channels',
    row(['channel', 'priority', 'here']),
    row(['---', '---', '---']),
    ...[...new Set([...asked, ...patterns.keys()])].map((pattern) =>
      row([
        `\`${pattern}\``,
        priorityOf(pattern, ASKED_CHANNELS),
        stateOf(patterns.get(pattern), pattern),
      ]),
    ),
    '',
  ].join('\n');
}

const INTRODUCTION = `# The gateway beside Deribit

<!-- Generated by scripts/conformity.mjs from gateway/. Do not edit. -->

What \`tenor gateway\` answers, beside what Deribit's documentation (OpenAPI 2.1.1) says. How to
use it, and what cannot be the same: [guide](guides/gateway.md). Priorities say how much existing
clients depend on it: P0 all of them, P1 most, P2 few.
`;
