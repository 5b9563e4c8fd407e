// An unmodified ccxt `deribit`, of which only the URLs are others, does what a trader does with it.
// Prints a JSON line a step: `{ step, ok, value }`, or what was thrown.
import ccxt from 'ccxt';

const [rest, ws, apiKey, secret] = process.argv.slice(2);
const exchange = new ccxt.pro.deribit({ apiKey, secret, enableRateLimit: false });
exchange.urls.api = { rest, ws };
// ccxt asks for it with any address that is not wss.
await exchange.loadHttpProxyAgent();

const LIMIT_MS = 20_000;

async function step(name, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came')), LIMIT_MS);
  });
  try {
    const value = await Promise.race([work(), late]);
    console.log(JSON.stringify({ step: name, ok: true, value: value ?? null }));
    return value;
  } catch (error) {
    const said = String(error.message ?? error).slice(0, 300);
    console.log(JSON.stringify({ step: name, ok: false, error: error.constructor.name, said }));
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

const pick = (value, names) => Object.fromEntries(names.map((name) => [name, value?.[name]]));
const orderOf = (order) =>
  pick(order, ['id', 'status', 'side', 'price', 'amount', 'filled', 'remaining', 'average']);

await step('loadMarkets', async () => Object.keys(await exchange.loadMarkets()).length);
const chain = await step('fetchOptionChain', async () => {
  const options = Object.values(await exchange.fetchOptionChain('BTC'));
  return options.filter(({ bidPrice, askPrice }) => bidPrice > 0 && askPrice > 0);
});
// The nearest to the money: makers quote it at every time.
const { symbol } = chain.toSorted(
  (a, b) => Math.abs(a.markPrice - 1_000) - Math.abs(b.markPrice - 1_000),
)[0];
const market = exchange.market(symbol);
await step('market', async () =>
  pick(market, ['id', 'linear', 'option', 'settle', 'strike', 'optionType', 'contractSize']),
);
await step('fetchTime', async () => Math.abs((await exchange.fetchTime()) - Date.now()) < 5_000);
await step('fetchStatus', async () => (await exchange.fetchStatus()).status);
await step('fetchCurrencies', async () => Object.keys(await exchange.fetchCurrencies()).sort());
const ticker = await step('fetchTicker', async () =>
  pick(await exchange.fetchTicker(symbol), ['bid', 'ask', 'markPrice', 'indexPrice']),
);
await step('fetchTickers', async () => {
  const tickers = await exchange.fetchTickers(undefined, { currency: 'BTC' });
  return Object.keys(tickers).length;
});
await step('fetchOrderBook', async () => {
  const { bids, asks } = await exchange.fetchOrderBook(symbol, 20);
  return { bids: bids.length, asks: asks.length, isUncrossed: bids[0][0] < asks[0][0] };
});
await step('fetchGreeks', async () =>
  pick(await exchange.fetchGreeks(symbol), ['delta', 'gamma', 'vega', 'theta', 'rho']),
);
await step('fetchOption', async () =>
  pick(await exchange.fetchOption(symbol), ['markPrice', 'underlyingPrice', 'currency']),
);
await step('fetchOpenInterest', async () =>
  pick(await exchange.fetchOpenInterest(symbol), ['openInterestAmount']),
);
await step('fetchVolatilityHistory', async () => exchange.fetchVolatilityHistory('BTC'));
await step('volatility index', async () => {
  const asked = { currency: 'BTC', resolution: '60', start_timestamp: 0 };
  // There is none before the surfaces reach thirty days.
  for (let tries = 0; tries < 30; tries++) {
    const end = { end_timestamp: Date.now() + 86_400_000 };
    const { result } = await exchange.publicGetGetVolatilityIndexData({ ...asked, ...end });
    if (result.data.length > 0) return Number(result.data.at(-1)[4]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('it has no candles');
});
await step('fetchBalance', async () => (await exchange.fetchBalance()).USDC);
await step('fetchTradingFees', async () =>
  pick((await exchange.fetchTradingFees())[symbol], ['maker', 'taker']),
);

// What is watched, before anything happens: each answers with the first message.
const books = step('watchOrderBook', async () => {
  const { bids, asks } = await exchange.watchOrderBook(symbol);
  return { bids: bids.length, asks: asks.length };
});
const tickers = step('watchTicker', async () =>
  pick(await exchange.watchTicker(symbol), ['bid', 'ask', 'markPrice']),
);
const quotes = step('watchBidsAsks', async () =>
  Object.keys(await exchange.watchBidsAsks([symbol])),
);
const balance = step('watchBalance', async () => {
  for (;;) {
    const told = await exchange.watchBalance();
    if (told.USDC?.USDC?.total > 0) return told.USDC.USDC;
  }
});
const watchedOrders = step('watchOrders', async () => {
  for (;;) {
    const orders = await exchange.watchOrders(symbol);
    if (orders.length > 0) return orders.map(orderOf);
  }
});
const watchedFills = step('watchMyTrades', async () => {
  const trades = await exchange.watchMyTrades(symbol);
  return trades.map((trade) => pick(trade, ['price', 'amount', 'side', 'takerOrMaker']));
});
const watchedTrades = step('watchTrades', async () => {
  const trades = await exchange.watchTrades(symbol);
  return trades.map((trade) => pick(trade, ['price', 'amount', 'side']));
});
const candle = step('watchOHLCV', async () => (await exchange.watchOHLCV(symbol, '1m')).length);
await Promise.all([books, tickers, quotes, balance]);
// The rest is asked for once they listen.
await exchange.sleep(1_500);

// An order that rests, is edited, looked at and cancelled.
const lower = exchange.priceToPrecision(symbol, ticker.bid * 0.7);
const label = `resting-${Date.now()}`;
const placed = await step('createOrder', async () =>
  orderOf(await exchange.createOrder(symbol, 'limit', 'buy', 0.1, lower, { label })),
);
await step('fetchOpenOrders', async () =>
  (await exchange.fetchOpenOrders(symbol)).map(({ id, info }) => ({ id, label: info.label })),
);
await step('fetchOpenOrders of a currency', async () => (await exchange.fetchOpenOrders()).length);
const lowest = exchange.priceToPrecision(symbol, ticker.bid * 0.6);
await step('editOrder', async () =>
  orderOf(await exchange.editOrder(placed.id, symbol, 'limit', 'buy', 0.2, lowest)),
);
await step('fetchOrder', async () => orderOf(await exchange.fetchOrder(placed.id, symbol)));
await step('cancelOrder', async () => orderOf(await exchange.cancelOrder(placed.id, symbol)));
await step('fetchOrder of a cancelled one', async () =>
  orderOf(await exchange.fetchOrder(placed.id, symbol)),
);

// One that takes.
const taken = await step('createOrder that takes', async () => {
  const higher = exchange.priceToPrecision(symbol, ticker.ask * 1.1);
  return orderOf(await exchange.createOrder(symbol, 'limit', 'buy', 0.1, higher));
});
await Promise.all([watchedOrders, watchedFills, watchedTrades, candle]);
await step('createOrder at the market', async () =>
  orderOf(await exchange.createOrder(symbol, 'market', 'sell', 0.05)),
);
await step('fetchMyTrades', async () =>
  (await exchange.fetchMyTrades(symbol)).map((trade) =>
    pick(trade, ['order', 'side', 'amount', 'takerOrMaker']),
  ),
);
await step('fetchMyTrades of a currency', async () => (await exchange.fetchMyTrades()).length);
await step('fetchOrderTrades', async () => (await exchange.fetchOrderTrades(taken.id)).length);
await step('fetchClosedOrders', async () =>
  (await exchange.fetchClosedOrders(symbol)).map(({ id }) => id),
);
await step('fetchTrades', async () => (await exchange.fetchTrades(symbol)).length);
await step('fetchOHLCV', async () => (await exchange.fetchOHLCV(symbol, '1m')).length);
await step('fetchPosition', async () =>
  pick(await exchange.fetchPosition(symbol), ['side', 'contracts', 'entryPrice', 'markPrice']),
);
await step('fetchPositions', async () =>
  (await exchange.fetchPositions()).map((held) => pick(held, ['symbol', 'contracts'])),
);
await step('fetchAccounts', async () => (await exchange.fetchAccounts()).length);
await step('cancelAllOrders', async () => (await exchange.cancelAllOrders()).length);

// What is refused has the protocol's own codes, which ccxt knows by class.
await step('too large', async () => exchange.createOrder(symbol, 'limit', 'sell', 900, ticker.ask));
await step('off the tick', async () => {
  const price = Number(lower) + 0.0001;
  return exchange.privateGetBuy({ instrument_name: market.id, amount: 0.1, price });
});
await step('unknown order', async () => exchange.fetchOrder('99999999', symbol));
await step('withdraw', async () =>
  exchange.withdraw('BTC', 1, '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'),
);
await step('wrong secret', async () => {
  const thief = new ccxt.deribit({ apiKey, secret: 'guessed' });
  thief.urls.api = { rest };
  return thief.fetchBalance();
});
await exchange.close();
