import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startMarket } from '../testnet/market/market.ts';
import type { SourceName } from '../testnet/market/faults.ts';
import type { Market } from '../testnet/market/market.ts';
import { checkReport } from './check.ts';
import { reportOnce } from './feeder.ts';
import { feederToml } from './feederToml.ts';
import { startMetrics } from './metrics.ts';
import { parseFeederConfig } from './parseConfig.ts';

const CHAINS = ['deribit', 'okx', 'bybit', 'binance_options'] as const;
const silent = pino({ level: 'silent' });

describe('the check of every source', () => {
  let market: Market;
  beforeEach(async () => {
    const quotes = { BTC: { price: 64_000, vol: 0.55 }, ETH: { price: 3_200, vol: 0.65 } };
    const options = { port: 0, host: '127.0.0.1', seed: 1, tickMs: 50, still: true, quotes };
    market = await startMarket(options);
  });
  afterEach(() => market.close());

  const configOf = (options: object = {}) =>
    parseFeederConfig(feederToml({ socketPath: 'f', marketUrl: market.url, ...options }), '/h');
  const off = (source: SourceName): void =>
    market.world.faults.setSource(source, 'off', 0, market.world.snapshot);

  test('finds nothing missing when all is well', async () => {
    const config = configOf();
    const { text, missing } = checkReport(await reportOnce(config, silent), config);
    expect(missing).toEqual([]);
    expect(text).toMatch(/deribit +│ BTC +│ options +│ used/);
    expect(text).toContain('has its quorum');
  });

  test('names what lacks a quorum, and why each source does not count', async () => {
    for (const source of [...CHAINS, 'kraken', 'coinbase'] as const) off(source);
    const config = configOf();
    const { text, missing } = checkReport(await reportOnce(config, silent), config);
    expect(missing).toEqual([
      ...['the index of BTC', 'the surface of BTC', 'the index of ETH', 'the surface of ETH'],
      'USDT in USD',
      'USDC in USD',
    ]);
    expect(text).toMatch(/kraken +│ BTC +│ index +│ failing +│ – +│ – +│ (Error: )?socket hang up/);
  });

  test('and the metrics say the same to Prometheus', async () => {
    off('kraken');
    const config = configOf({ metrics: '127.0.0.1:0' });
    const { report } = await reportOnce(config, silent);
    const metrics = startMetrics(config, silent)!;
    metrics.record(report, new Map([['deribit', 3]]), config);
    const text = await metrics.text();
    metrics.close();
    expect(text).toContain('tenor_feeder_price_usd{symbol="BTC"} 64000');
    expect(text).toContain(
      'tenor_feeder_source_used{source="kraken",symbol="BTC",subject="index"} 0',
    );
    expect(text).toContain('tenor_feeder_odd_rows{source="deribit"} 3');
    expect(startMetrics(configOf(), silent)).toBeNull();
  });
});
