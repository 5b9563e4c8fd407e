import type { StablecoinConfig, UnderlyingConfig } from './config.ts';

/**
 * BTC, ETH or SOL as the venues name them. Only venues with a deep market in it are asked: a median
 * needs several that are independent, not many.
 */
function underlying(id: number, symbol: string, options: Record<string, string>): UnderlyingConfig {
  const kraken = `${symbol === 'BTC' ? 'XBT' : symbol}USD`;
  const deribit = symbol === 'SOL' ? 'sol_usdc' : `${symbol.toLowerCase()}_usd`;
  const instruments = {
    ...{ kraken, coinbase: `${symbol}-USD`, binance: `${symbol}USDT`, okx: `${symbol}-USDT` },
    ...{ bybit: `${symbol}USDT`, bitstamp: `${symbol.toLowerCase()}usd`, deribit },
  };
  return { id, symbol, instruments, options };
}

const BTC = underlying(1, 'BTC', {
  ...{ deribit: 'BTC', okx: 'BTC-USD', bybit: 'BTC', binance_options: 'BTCUSDT' },
});
const ETH = underlying(2, 'ETH', {
  ...{ deribit: 'ETH', okx: 'ETH-USD', bybit: 'ETH', binance_options: 'ETHUSDT' },
});
const SOL = underlying(3, 'SOL', { deribit: 'SOL_USDC', bybit: 'SOL' });

/** What the venues are known to list: watched under the chain's own id once it votes on it. */
export const knownUnderlyings: readonly UnderlyingConfig[] = [BTC, ETH, SOL];
export const defaultUnderlyings: readonly UnderlyingConfig[] = [BTC, ETH];

export const knownStablecoins: readonly StablecoinConfig[] = [
  {
    ...{ id: 1, symbol: 'USDT' },
    instruments: { kraken: 'USDTUSD', coinbase: 'USDT-USD', bitstamp: 'usdtusd' },
  },
  { id: 2, symbol: 'USDC', instruments: { kraken: 'USDCUSD', bitstamp: 'usdcusd' } },
];
export const defaultStablecoins = knownStablecoins;
