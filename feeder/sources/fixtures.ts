/*
 * Answers and messages in the forms that the venues' documentation shows, for tests. Numbers are
 * those of the documents where they are coherent.
 */

/** https://docs.kraken.com/api/docs/rest-api/get-ticker-information */
export const krakenTicker = {
  a: ['30300.10000', '1', '1.000'],
  b: ['30300.00000', '1', '1.000'],
  c: ['30303.20000', '0.00067643'],
  v: ['4083.67001100', '4412.73601799'],
  p: ['30706.77771', '30689.13205'],
  t: [34619, 38907],
  l: ['29868.30000', '29868.30000'],
  h: ['31631.00000', '31631.00000'],
  o: '30502.80000',
};

/** https://docs.kraken.com/api/docs/websocket-v2/ticker */
export const krakenUpdate = {
  symbol: 'BTC/USD',
  ...{ bid: 30300, bid_qty: 740.0, ask: 30300.1, ask_qty: 1506.44, last: 30300.05 },
  ...{
    volume: 997038.98383185,
    vwap: 30148,
    low: 29813,
    high: 30285,
    change: -16,
    change_pct: -0.5,
  },
};

export const coinbaseTicker = {
  ...{ trade_id: 86326522, price: '6268.48', size: '0.00698254' },
  ...{ time: '2020-03-20T00:22:57.833897Z', bid: '6265.15', ask: '6267.71' },
  volume: '53602.03940154',
};

export const coinbaseMessage = {
  ...{ type: 'ticker', sequence: 37475248783, product_id: 'ETH-USD', price: '1285.22' },
  ...{ open_24h: '1310.79', volume_24h: '245532.79269678', low_24h: '1280.52', high_24h: '1313.8' },
  ...{ volume_30d: '9788783.60117027', best_bid: '1285.04', best_bid_size: '0.46688654' },
  ...{ best_ask: '1285.27', best_ask_size: '1.56637040', side: 'buy', trade_id: 370843401 },
  ...{ time: '2022-10-19T23:28:22.061769Z', last_size: '11.4396987' },
};

export const binanceDepth = {
  lastUpdateId: 1027024,
  bids: [['64000.00000000', '431.00000000']],
  asks: [['64000.20000000', '12.00000000']],
};

export const binanceMessage = {
  stream: 'btcusdt@ticker',
  data: {
    ...{ e: '24hrTicker', E: 1672515782136, s: 'BTCUSDT', p: '0.0015', P: '250.00', w: '0.0018' },
    ...{ x: '0.0009', c: '64000.1', Q: '10', b: '64000', B: '10', a: '64000.2', A: '100' },
    ...{ o: '0.0010', h: '64001', l: '0.0010', v: '10000', q: '18', O: 0, C: 86400000 },
    ...{ F: 0, L: 18150, n: 18151 },
  },
};

export const okxTicker = {
  ...{ instType: 'SPOT', instId: 'BTC-USDT', last: '64000.1', lastSz: '0.1', askPx: '64000.2' },
  ...{ askSz: '11', bidPx: '64000', bidSz: '5', open24h: '9000', high24h: '10000', low24h: '8888' },
  ...{ volCcy24h: '2222', vol24h: '2222', sodUtc0: '0.1', sodUtc8: '0.1', ts: '1700777423853' },
};

/** From the documentation of get-option-market-data and its push channel. */
export const okxOption = {
  ...{
    instType: 'OPTION',
    instId: 'BTC-USD-280310-70000-P',
    uly: 'BTC-USD',
    delta: '-1.1180902625',
  },
  ...{ gamma: '2.2361957091', vega: '0.0000000001', theta: '0.0000032334', lever: '8.465747567' },
  ...{ markVol: '0.3675503331', bidVol: '0.36', askVol: '0.38', realVol: '' },
  ...{ deltaBS: '-0.9999672034', gammaBS: '0.0000000002', thetaBS: '28.2', vegaBS: '0.0000114332' },
  ...{ ts: '1800000000000', fwdPx: '62604.6993093463', volLv: '0.2044711229' },
};

export const bybitSpot = {
  ...{ symbol: 'BTCUSDT', bid1Price: '64000', bid1Size: '2', ask1Price: '64000.2', ask1Size: '1' },
  ...{ lastPrice: '64000.1', prevPrice24h: '19393.48', price24hPcnt: '0.0068' },
  ...{ highPrice24h: '64000', lowPrice24h: '19365.8', turnover24h: '2', volume24h: '26' },
};

/** https://bybit-exchange.github.io/docs/v5/market/tickers */
export const bybitOption = {
  ...{ symbol: 'BTC-10MAR28-18000-C', bid1Price: '0', bid1Size: '0', bid1Iv: '0' },
  ...{ ask1Price: '435', ask1Size: '0.66', ask1Iv: '5', lastPrice: '435', highPrice24h: '435' },
  ...{ lowPrice24h: '165', markPrice: '0.00000009', indexPrice: '16600.55', markIv: '0.7567' },
  ...{ underlyingPrice: '16590.42', openInterest: '6.3', turnover24h: '2482.73' },
  ...{ volume24h: '0.15', totalVolume: '99', totalTurnover: '1967653', delta: '0.00000001' },
  ...{ predictedDeliveryPrice: '0', change24h: '86' },
};

/** https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook */
export const bybitMessage = {
  ...{ topic: 'orderbook.1.BTCUSDT', type: 'snapshot', ts: 1672304484978 },
  data: { s: 'BTCUSDT', b: [['64000', '2']], a: [['64000.2', '1']], u: 18521288, seq: 7961638724 },
  cts: 1672304484976,
};

export const bitstampTicker = {
  ...{ timestamp: '1643640186', open: '2211.00', high: '2811.00', low: '2188.97', last: '2211.00' },
  ...{ volume: '213.26801100', vwap: '2189.80', bid: '2210.97', ask: '2211.00', side: '0' },
  ...{ open_24: '2211.00', percent_change_24: '13.57' },
};

export const bitstampMessage = {
  event: 'data',
  channel: 'order_book_btcusd',
  data: {
    ...{ timestamp: '1700000000', microtimestamp: '1700000000123456' },
    ...{ bids: [['64000.0', '0.5']], asks: [['64000.2', '0.1']] },
  },
};

/** https://developers.binance.com/docs/derivatives/option/market-data/Option-Mark-Price */
export const binanceMark = {
  ...{ symbol: 'BTC-280310-60000-C', markPrice: '3343.2883', bidIV: '0.50000077' },
  ...{ askIV: '0.53000153', markIV: '0.51500000', delta: '0.55937056', theta: '3739.82509871' },
  ...{ gamma: '0.00010969', vega: '978.58874732', highPriceLimit: '3618.241' },
  ...{ lowPriceLimit: '3068.3356', riskFreeInterest: '0.0' },
};

/** …/options-trading/websocket-market-streams/Mark-Price */
export const binanceMarkUpdate = {
  ...{ s: 'BTC-251120-126000-C', mp: '770.543', E: 1762867543321, e: 'markPrice' },
  ...{ i: '104334.60217391', P: '0.000', bo: '0.000', ao: '900.000', bq: '0.0000', aq: '0.2000' },
  ...{ b: '-1.0', a: '0.98161161', hl: '924.652', ll: '616.435', vo: '0.9408058', rf: '0.0' },
  ...{ d: '0.11111964', t: '-164.26702615', g: '0.00001245', v: '30.63855919' },
};

/** https://docs.deribit.com/subscriptions/market-data/markpriceoptionsindex_name */
export const deribitMark = {
  ...{ timestamp: 1622470378005, mark_price: 0.0333, iv: 0.9 },
  instrument_name: 'BTC-2JUN21-37000-P',
};

/** https://docs.deribit.com/api-reference/market-data/public-get_book_summary_by_currency */
export const deribitSummary = {
  ...{ volume: 124.1, underlying_price: 7856.445926872601, underlying_index: 'SYN.BTC-10MAR28' },
  ...{ mark_price: 0.01984559, mark_iv: 83.21, instrument_name: 'BTC-10MAR28-7750-C' },
  ...{ bid_price: null, ask_price: null, mid_price: null, interest_rate: 0.2 },
  ...{ creation_timestamp: 1_800_000_000_000, base_currency: 'BTC', quote_currency: 'BTC' },
  ...{ last: null, low: 0.34, high: 0.34, open_interest: 0.55 },
};

/** https://docs.deribit.com/subscriptions/market-data/deribit_price_indexindex_name */
export const deribitMessage = {
  ...{ jsonrpc: '2.0', method: 'subscription' },
  params: {
    channel: 'deribit_price_index.btc_usd',
    data: { timestamp: 1550588002899, price: 3937.89, index_name: 'btc_usd' },
  },
};
