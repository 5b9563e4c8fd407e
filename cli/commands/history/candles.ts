import { formatPrice, formatQuantity } from '../../amounts.ts';
import { wholeNumber, type Verb } from '../verb.ts';
import { askHistory, historyJson, timeText, type HistoryRow } from './ask.ts';

interface Flags {
  readonly resolution: string;
  readonly kind?: string;
  readonly limit: number;
  readonly since?: string;
  readonly until?: string;
}

interface Told {
  readonly kind: string;
  readonly candles: HistoryRow[];
}

const MAX_CANDLES = 5_000;
const right = (title: string) => ({ title, align: 'right' as const });

const price = (value: string | number | boolean | null | undefined): string =>
  formatPrice(BigInt(value as string));

function row(candle: HistoryRow): string[] {
  const { timeMs, openUusd, highUusd, lowUusd, closeUusd, quantity, trades } = candle;
  return [
    ...[timeText(timeMs as string), price(openUusd), price(highUusd), price(lowUusd)],
    ...[price(closeUusd), formatQuantity(BigInt(quantity as string)), String(trades)],
  ];
}

export const marketCandles: Verb<Flags> = {
  usage: 'candles <series-or-underlying>',
  description: 'open, high, low and close over time, of trades, marks or an index',
  examples: [
    'market candles BTC-27DEC26-100000-C --resolution 1h',
    'market candles BTC-27DEC26-100000-C --kind mark',
    'market candles BTC --resolution 1d',
  ],
  options: (command) =>
    command
      .option('--resolution <length>', '1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d …', '1m')
      .option('--kind <kind>', 'trade or mark; of an underlying it is its index')
      .option('--limit <n>', 'so many of the newest', wholeNumber(1, MAX_CANDLES), 30)
      .option('--since <time>', 'from then on: 2026-11-29 or 2026-11-29T08:00Z')
      .option('--until <time>', 'before then'),
  async run(session, [name], { resolution, kind: asked, limit, since, until }) {
    const { out } = session;
    const kind = asked ?? (name!.includes('-') ? 'trade' : 'index');
    const query = { resolution, kind, limit, from: since, to: until };
    const path = `/candles/${encodeURIComponent(name!.toUpperCase())}`;
    const told = await askHistory<Told>(session, path, query);
    const candles = told.candles.map(historyJson);
    out.show({ name: name!.toUpperCase(), kind, resolution, candles }, () => {
      if (candles.length === 0) {
        const other = kind === 'trade' ? ' Nothing has traded; its marks: --kind mark.' : '';
        return `There are no candles of ${name!.toUpperCase()} then.${other}`;
      }
      const prices = ['OPEN', 'HIGH', 'LOW', 'CLOSE', 'SIZE', 'TRADES'].map(right);
      return out.table([{ title: 'FROM (UTC)' }, ...prices], told.candles.map(row));
    });
  },
};
