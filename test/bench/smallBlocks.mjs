// An RPC of a made-up chain, in a process of its own: small blocks, or blocks full of trades.
// node smallBlocks.mjs BLOCKS TRADES; prints its URL.
import { createServer } from 'node:http';

const blocks = Number(process.argv[2]);
const trades = Number(process.argv[3]);
const START_MS = Date.UTC(2026, 10, 23);
const TRADERS = 50;
const SERIES = ['BTC-27DEC26-100000-C', 'BTC-27DEC26-60000-P', 'ETH-27DEC26-4000-C'];

const attributes = (object) =>
  Object.entries(object).map(([key, value]) => ({ key, value: String(value), index: false }));
const event = (type, object) => ({ type, attributes: attributes(object) });
const trader = (n) => `tenor1trader${n % TRADERS}`;

function deposits() {
  return Array.from({ length: TRADERS }, (_, n) => {
    const whose = { sender: trader(n), subaccount: 0, subaccount_id: n + 1 };
    return event('deposit', { ...whose, amount_uusd: 1e12 });
  });
}

function trade(id) {
  const sides = {
    maker: trader(id),
    maker_subaccount: 0,
    taker: trader(id * 7 + 1),
    taker_subaccount: 0,
  };
  return event('trade', {
    ...{
      trade_id: id,
      series: SERIES[id % 3],
      price_uusd: (1_000 + (id % 50)) * 1e6,
      quantity: 1000,
    },
    ...{ taker_side: id % 2 === 0 ? 'buy' : 'sell', ...sides },
    ...{
      maker_order_id: 2 * id,
      maker_fee_uusd: 100,
      taker_order_id: 2 * id + 1,
      taker_fee_uusd: 200,
    },
    ...{ fund_fee_uusd: 100, validators_fee_uusd: 200 },
  });
}

function placed(id, n, side) {
  const terms = { side, price_uusd: 1e9, quantity: 1000 };
  return event('order_placed', {
    order_id: id,
    series: SERIES[n % 3],
    owner: trader(n),
    subaccount: 0,
    ...terms,
  });
}

function resultsOf(height) {
  const own = [event('price', { underlying: 'BTC', index_uusd: 64e9 + (height % 1000) * 1e6 })];
  const txs = [{ code: 0, events: null }];
  if (height === 1) txs.push({ code: 0, events: deposits() });
  else if (trades > 0) {
    for (let i = 0; i < trades; i++) {
      const id = height * trades + i;
      const taken = [placed(2 * id, id, 'sell'), placed(2 * id + 1, id * 7 + 1, 'buy'), trade(id)];
      txs.push({ code: 0, events: taken });
    }
  }
  return { height: String(height), txs_results: txs, finalize_block_events: own };
}

const hash = (height) => height.toString(16).padStart(64, '0').toUpperCase();
const meta = (height) => ({
  block_id: { hash: hash(height) },
  header: {
    ...{ height: String(height), time: new Date(START_MS + height * 1000).toISOString() },
    last_block_id: { hash: height === 1 ? '' : hash(height - 1) },
  },
});

const answers = {
  status: () => ({
    node_info: { network: 'bench-1' },
    sync_info: { latest_block_height: String(blocks), earliest_block_height: '1' },
  }),
  blockchain: ({ minHeight, maxHeight }) => {
    const metas = [];
    for (let height = Number(maxHeight); height >= Number(minHeight); height--)
      metas.push(meta(height));
    return { block_metas: metas };
  },
  block_results: ({ height }) => resultsOf(Number(height)),
  block: ({ height }) => {
    const count = resultsOf(Number(height)).txs_results.length;
    const txs = Array.from({ length: count }, (_, i) =>
      i === 0 ? 'AA==' : Buffer.from(`tx ${height} ${i}`).toString('base64'),
    );
    return { block: { data: { txs } } };
  },
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const calls = JSON.parse(Buffer.concat(chunks).toString());
  const told = calls.map(({ id, method, params }) => ({
    jsonrpc: '2.0',
    id,
    result: answers[method](params),
  }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(told.length === 1 ? told[0] : told));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
