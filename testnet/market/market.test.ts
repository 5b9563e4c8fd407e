import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startMarket } from './market.ts';
import type { Market } from './market.ts';

describe('the simulated market', () => {
  let market: Market;

  beforeEach(async () => {
    market = await startMarket({
      port: 0,
      host: '127.0.0.1',
      seed: 3,
      tickMs: 20,
      still: true,
      quotes: { BTC: { price: 64_000, vol: 0.55 }, SOL: { price: 150, vol: 0.9 } },
    });
  });

  afterEach(() => market.close());

  async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(market.url + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function control(text: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${market.url}/control`, { method: 'POST', body: text });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const normal = async (): Promise<object> =>
    Object.fromEntries(
      Object.keys((await get('/state')).body['sources'] as object).map((source) => {
        return [source, { mode: 'normal' }];
      }),
    );

  test('answers like Kraken', async () => {
    const { body } = await get('/kraken/0/public/Ticker?pair=XBTUSD');
    expect(body).toMatchObject({
      error: [],
      result: { XXBTZUSD: { c: ['64000.00', '0.01000000'] } },
    });
    const unknown = await get('/kraken/0/public/Ticker?pair=DOGEUSD');
    expect(unknown).toEqual({ status: 200, body: { error: ['EQuery:Unknown asset pair'] } });
  });

  test('answers like Coinbase', async () => {
    const { body } = await get('/coinbase/products/SOL-USD/ticker');
    expect(body).toMatchObject({ price: '150.00', bid: '150.00', ask: '150.00' });
    expect(Date.parse(String(body['time']))).toBeGreaterThan(0);
    expect((await get('/coinbase/products/DOGE-USD/ticker')).status).toBe(404);
  });

  test('answers like Deribit', async () => {
    const path = '/deribit/api/v2/public';
    const index = await get(`${path}/get_index_price?index_name=btc_usd`);
    expect([64_000, 64_000.01]).toContain(
      (index.body['result'] as Record<string, unknown>)['index_price'],
    );
    const chain = await get(`${path}/get_book_summary_by_currency?currency=BTC&kind=option`);
    const options = chain.body['result'] as Record<string, unknown>[];
    expect(options.length).toBeGreaterThan(200);
    for (const option of options) {
      expect(option['instrument_name']).toMatch(/^BTC-[1-9]\d?[A-Z]{3}\d\d-\d+-[CP]$/);
      expect(option['mark_iv']).toBeGreaterThan(50);
      expect(option['mark_price']).toBeGreaterThanOrEqual(0);
      expect(option['underlying_price']).toBeGreaterThan(63_999);
    }
    const other = await get(`${path}/get_book_summary_by_currency?currency=DOGE&kind=option`);
    expect(other).toMatchObject({ status: 400, body: { error: { code: -32602 } } });
  });

  test('takes prices and volatilities at once and says what is true', async () => {
    const { status, body } = await control('{"underlying":"BTC","price":"70000","vol":0.8}');
    expect(status).toBe(200);
    const btc = { price: '70000.000000', vol: '0.800000', held: true };
    expect(body).toMatchObject({ underlyings: { BTC: btc } });
    expect((await get('/state')).body).toMatchObject({ underlyings: { BTC: btc } });
  });

  test('lets a held price go and holds it again', async () => {
    const price = () => market.world.snapshot.quotes['BTC']!.price;
    await control('{"underlying":"BTC","hold":false}');
    while (price() === 64_000) await new Promise((resolve) => setTimeout(resolve, 5));
    await control('{"underlying":"BTC","price":"65000","hold":true}');
    const { tick } = market.world.snapshot;
    while (market.world.snapshot.tick < tick + 3) await new Promise((r) => setTimeout(r, 5));
    expect(price()).toBe(65_000);
  });

  test('lets sources fail in their own ways, each alone', async () => {
    const path = '/kraken/0/public/Ticker?pair=XBTUSD';
    await control('{"source":"kraken","mode":"error"}');
    expect((await get(path)).body).toEqual({ error: ['EService:Unavailable'] });
    await control('{"source":"kraken","mode":"off"}');
    await expect(get(path)).rejects.toThrow();
    await control('{"source":"coinbase","mode":"error","by":"0.5"}');
    expect((await get('/coinbase/products/BTC-USD/ticker')).status).toBe(503);
    await control('{"source":"coinbase","mode":"skew","by":"0.5"}');
    expect((await get('/coinbase/products/BTC-USD/ticker')).body['price']).toBe('96000.00');
    expect((await get('/state')).body['sources']).toEqual({
      ...(await normal()),
      kraken: { mode: 'off' },
      coinbase: { mode: 'skew', by: '0.5' },
    });
  });

  test('repeats itself to the letter while a source is frozen', async () => {
    const path = '/coinbase/products/BTC-USD/ticker';
    await control('{"source":"coinbase","mode":"freeze"}');
    const before = await get(path);
    await control('{"underlying":"BTC","price":"50000"}');
    const { tick } = market.world.snapshot;
    while (market.world.snapshot.tick < tick + 2) await new Promise((r) => setTimeout(r, 5));
    expect(await get(path)).toEqual(before);
    await control('{"source":"coinbase","mode":"normal"}');
    expect((await get(path)).body['price']).toBe('50000.00');
  });

  test.each([
    ['', 'not valid JSON'],
    ['{', 'not valid JSON'],
    ['[]', 'not a JSON object'],
    ['{}', 'either an "underlying" or a "source"'],
    ['{"underlying":"BTC","source":"kraken"}', 'either'],
    ['{"underlying":"DOGE","price":"1"}', '"underlying" is one of BTC, SOL'],
    ['{"underlying":"BTC"}', 'Give a "price"'],
    ['{"underlying":"BTC","price":"-1"}', '"price" is a number from'],
    ['{"underlying":"BTC","price":"1e3"}', '"price" is a number from'],
    ['{"underlying":"BTC","price":"NaN"}', '"price" is a number from'],
    ['{"underlying":"BTC","vol":"55"}', '"vol" is a number from'],
    ['{"underlying":"BTC","price":"1","hold":"yes"}', '"hold" is true or false'],
    ['{"underlying":"BTC","prise":"1"}', '"prise" is not known'],
    ['{"source":"kraken","mode":"slow"}', '"mode" is one of normal, freeze'],
    ['{"source":"kraken","mode":"lag"}', '"by" is a number'],
    ['{"source":"deribit","row":"","mode":"off"}', '"row" is the name'],
    ['{"source":"deribit","row":"BTC","mode":"freeze"}', '"mode" is one of normal, off'],
    ['{"stablecoin":"USDT"}', 'Give a "price" or "hold"'],
    ['{"stablecoin":"DAI","price":"1"}', '"stablecoin" is one of USDT, USDC'],
    ['{"source":"kraken","mode":"skew"}', '"by" is a number'],
  ])('refuses the control body %s with a sentence', async (text, sentence) => {
    const before = market.world.snapshot.quotes;
    const { status, body } = await control(text);
    expect(status).toBe(400);
    expect(body['error']).toContain(sentence);
    expect(market.world.snapshot.quotes).toEqual(before);
  });
});
