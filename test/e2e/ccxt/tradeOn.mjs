// An unmodified ccxt `deribit`, of which only the URLs are others, trades until its time is over:
// orders that rest, are edited and cancelled, takers, and market orders, each under its own label.
// What gets no answer is said again under the same label, for as long as that takes. Prints a JSON
// line an order, `{ label, id, side, amount, filled }` or `{ label, refused }`, and at last
// `{ done: true, instrument, contracts, open }`.
import ccxt from 'ccxt';

const [rest, apiKey, secret, minutes] = process.argv.slice(2);
const exchange = new ccxt.deribit({ apiKey, secret, enableRateLimit: false, timeout: 30_000 });
exchange.urls.api = { rest };
const endMs = Date.now() + Number(minutes) * 60_000;

/** On a machine on which a block takes seconds it goes on until it has placed these. */
const LEAST = 12;

const say = (line) => console.log(JSON.stringify(line));

/** Until it is answered. What the gateway refuses is an answer. */
async function surely(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ccxt.NetworkError)) throw error;
      await exchange.sleep(250);
    }
  }
}

let orders = 0;

/** @returns the order, or undefined when it was refused */
async function place(type, side, amount, price) {
  const label = `hour-${++orders}`;
  try {
    const order = await surely(() =>
      exchange.createOrder(symbol, type, side, amount, price, { label }),
    );
    say({ label, id: order.id, side, amount, filled: order.filled });
    return order;
  } catch (error) {
    say({ label, refused: `${error.constructor.name}: ${String(error.message).slice(0, 300)}` });
    return undefined;
  }
}

await surely(() => exchange.loadMarkets());
const chain = Object.values(await surely(() => exchange.fetchOptionChain('BTC')));
// It trades on for longer than this does.
const lasting = chain.filter(({ symbol }) => exchange.market(symbol).expiry > endMs + 3_600_000);
const { symbol } = lasting
  .filter(({ bidPrice, askPrice }) => bidPrice > 0 && askPrice > 0)
  .toSorted((a, b) => Math.abs(a.markPrice - 1_000) - Math.abs(b.markPrice - 1_000))[0];

const priced = (price) => Number(exchange.priceToPrecision(symbol, price));

for (let turn = 0; Date.now() < endMs || orders < LEAST; turn++) {
  const { bid, ask, markPrice } = await surely(() => exchange.fetchTicker(symbol));
  const resting = await place('limit', 'buy', 0.1, priced((bid ?? markPrice) * 0.6));
  const isLong = turn % 2 === 1;
  if (turn % 4 < 2) {
    const [side, price] = isLong ? ['sell', bid] : ['buy', ask];
    const worse = isLong ? 0.9 : 1.1;
    await place('limit', side, 0.1, priced((price ?? markPrice) * worse));
  } else {
    await place('market', isLong ? 'sell' : 'buy', 0.1);
  }
  if (resting === undefined) continue;
  const lower = priced((bid ?? markPrice) * 0.5);
  await surely(() => exchange.editOrder(resting.id, symbol, 'limit', 'buy', 0.2, lower));
  await surely(() => exchange.cancelOrder(resting.id, symbol)).catch((error) => {
    // Said again after its answer was lost, it finds nothing to cancel.
    if (!(error instanceof ccxt.OrderNotFound)) throw error;
  });
}

const position = await surely(() => exchange.fetchPosition(symbol));
const open = await surely(() => exchange.fetchOpenOrders(symbol));
const id = exchange.market(symbol).id;
say({ done: true, instrument: id, contracts: position.info.size, open: open.length });
