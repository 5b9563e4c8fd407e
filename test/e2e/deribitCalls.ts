/** A call of every method that answers something, as an account that trades would make it. */
export function deribitCalls(
  instrument_name: string,
  order_id: string,
): Readonly<Record<string, object>> {
  const currency = 'BTC';
  const times = { start_timestamp: Date.now() - 600_000, end_timestamp: Date.now() };
  const index_name = 'btc_usdc';
  const ofOne = { instrument_name };
  const ofAll = { currency };
  return {
    'public/hello': { client_name: 'a bot', client_version: '1' },
    'public/test': {},
    'public/get_time': {},
    'public/status': {},
    'public/get_currencies': {},
    'public/get_instruments': ofAll,
    'public/get_instrument': ofOne,
    'public/ticker': ofOne,
    'public/get_order_book': { ...ofOne, depth: 10 },
    'public/get_book_summary_by_currency': ofAll,
    'public/get_book_summary_by_instrument': ofOne,
    'public/get_index_price': { index_name },
    'public/get_index_price_names': {},
    'public/get_contract_size': ofOne,
    'public/get_last_trades_by_instrument': ofOne,
    'public/get_last_trades_by_instrument_and_time': { ...ofOne, ...times },
    'public/get_last_trades_by_currency': ofAll,
    'public/get_last_trades_by_currency_and_time': { ...ofAll, ...times },
    'public/get_tradingview_chart_data': { ...ofOne, ...times, resolution: '1' },
    'public/get_volatility_index_data': { ...ofAll, ...times, resolution: '60' },
    'private/get_open_orders': {},
    'private/get_open_orders_by_currency': ofAll,
    'private/get_open_orders_by_instrument': ofOne,
    'private/get_open_orders_by_label': { ...ofAll, label: 'shape' },
    'private/get_order_state': { order_id },
    'private/get_order_state_by_label': { ...ofAll, label: 'shape' },
    'private/get_order_history_by_currency': ofAll,
    'private/get_order_history_by_instrument': ofOne,
    'private/get_user_trades_by_currency': ofAll,
    'private/get_user_trades_by_currency_and_time': { ...ofAll, ...times },
    'private/get_user_trades_by_instrument': ofOne,
    'private/get_user_trades_by_instrument_and_time': { ...ofOne, ...times },
    'private/get_positions': ofAll,
    'private/get_position': ofOne,
    'private/get_subaccounts': {},
    'private/get_account_summary': { currency: 'USDC', extended: true },
    'private/get_account_summaries': { extended: true },
    'private/get_margins': { ...ofOne, amount: 1, price: 1_000 },
    'private/simulate_portfolio': { currency: 'USDC' },
    'private/get_mmp_config': { index_name },
    'private/get_mmp_status': { index_name },
    'private/get_cancel_on_disconnect': {},
    'private/get_settlement_history_by_currency': ofAll,
    'private/get_settlement_history_by_instrument': ofOne,
  };
}
