import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printableLines } from '../../app/lib/printable.ts';
import { startMarket } from './market.ts';
import { ReplayError, readReplay } from './replay.ts';

const HELP = `A simulated market for test networks: one random market behind the public REST and
WebSocket formats of Kraken, Coinbase, Binance, OKX, Bybit, Bitstamp and Deribit, steered over HTTP.

  node dist/market.mjs --port 28000
  node dist/market.mjs --port 0 --seed 7 --underlying BTC=64000:0.55 --still

  --port P                     0 takes a free one, which the first line of output names
  --host H                     address to listen on (127.0.0.1)
  --seed S                     seed of the random walk (1)
  --underlying SYM=PRICE:VOL   repeatable (BTC=64000:0.55, ETH=3200:0.65, SOL=150:0.80)
  --tick MS                    time between two moves (250)
  --still                      everything stays where it is until told otherwise
  --jumps-per-day N            price jumps of about 2% (2)
  --depegs-per-year N          times that a stablecoin loses its peg (1)
  --replay FILE                follow a CSV of time_ms,symbol,price,vol, again and again

  curl -d '{"underlying":"BTC","price":"64000","hold":true}' URL/control
  curl -d '{"underlying":"BTC","vol":"0.55"}' URL/control
  curl -d '{"stablecoin":"USDT","price":"0.9","hold":true}' URL/control
  curl -d '{"source":"kraken","mode":"skew","by":"0.5"}' URL/control
       modes: normal freeze error off skew(share) lag(s) delay(s) clock(s) corrupt throttle
       redirect flood
  curl -d '{"source":"deribit","row":"BTC-27DEC26","mode":"lag","by":"30"}' URL/control
       modes of single rows: normal off lag(s) skew(share) mad
  curl URL/state
`;

const DEFAULTS = ['BTC=64000:0.55', 'ETH=3200:0.65', 'SOL=150:0.80'];

class UsageError extends Error {}

function wholeNumber(text: string, name: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} is a whole number from ${min} to ${max}, not "${text}"`);
}

function underlyingOf(text: string): [string, { price: number; vol: number }] {
  const match = /^([A-Z][A-Z0-9]{0,9})=(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(text);
  const price = Number(match?.[2]);
  const vol = Number(match?.[3]);
  if (match !== null && price > 0 && vol > 0) return [match[1]!, { price, vol }];
  throw new UsageError(
    `--underlying is SYMBOL=PRICE:VOL, for example BTC=64000:0.55, not "${text}"`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '1' },
      underlying: { type: 'string', multiple: true, default: DEFAULTS },
      tick: { type: 'string', default: '250' },
      still: { type: 'boolean', default: false },
      'jumps-per-day': { type: 'string', default: '2' },
      'depegs-per-year': { type: 'string', default: '1' },
      replay: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.port === undefined) throw new UsageError('--port is missing: add --port 28000');
  const market = await startMarket({
    port: wholeNumber(values.port, 'port', 0, 65_535),
    host: values.host,
    seed: wholeNumber(values.seed, 'seed', 0, 0xffff_ffff),
    quotes: Object.fromEntries(values.underlying.map(underlyingOf)),
    tickMs: wholeNumber(values.tick, 'tick', 10, 60_000),
    still: values.still,
    jumpsPerDay: wholeNumber(values['jumps-per-day'], 'jumps-per-day', 0, 100_000),
    depegsPerYear: wholeNumber(values['depegs-per-year'], 'depegs-per-year', 0, 1_000_000),
    ...(values.replay === undefined
      ? {}
      : { replay: readReplay(readFileSync(values.replay, 'utf8')) }),
  });
  process.stdout.write(printableLines(`market listening on ${market.url}\n`));
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
}

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  const refused = error instanceof UsageError || error instanceof ReplayError || code === 'ENOENT';
  const expected = refused || code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!expected && code !== 'EADDRINUSE') throw error;
  process.stderr.write(printableLines(`market: ${message}\n`));
  process.exitCode = 2;
});
