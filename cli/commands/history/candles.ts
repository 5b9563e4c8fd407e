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

type Value = HistoryRow[string] | undefined;

const price = (value: Value): string => formatPrice(BigInt(value as string));
const percent = (value: Value): string => `${(Number(value) / 1e4).toFixed(2)}%`;

function row(candle: HistoryRow): string[] {
  const { timeMs, openUusd, highUusd, lowUusd, closeUusd, quantity, trades } = candle;
  return [
    ...[timeText(timeMs as string), price(openUusd), price(highUusd), price(lowUusd)],
    ...[price(closeUusd), formatQuantity(BigInt(quantity as string)), String(trades)],
  ];
}

/** Of a volatility index: nothing of it is traded. */
const volRow = ({ timeMs, openPpm, highPpm, lowPpm, closePpm }: HistoryRow): string[] => [
  timeText(timeMs as string),
  ...[openPpm, highPpm, lowPpm, closePpm].map(percent),
];

export const marketCandles: Verb<Flags> = {
  usage: 'candles <series-or-underlying>',
  description:
    'open, high, low and close over time, of trades, marks, an index or a volatility index',
  examples: [
    'market candles BTC-27DEC26-100000-C --resolution 1h',
    'market candles BTC-27DEC26-100000-C --kind mark',
    'market candles BTC --resolution 1d',
    'market candles BTC --kind vol-index --resolution 1h',
  ],
  options: (command) =>
    command
      .option('--resolution <length>', '1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d …', '1m')
      .option('--kind <kind>', 'trade or mark; of an underlying index, or vol-index')
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
      const isVol = kind === 'vol-index';
      const traded = isVol ? [] : ['SIZE', 'TRADES'];
      const columns = ['OPEN', 'HIGH', 'LOW', 'CLOSE', ...traded].map(right);
      const rows = told.candles.map(isVol ? volRow : row);
      return out.table([{ title: 'FROM (UTC)' }, ...columns], rows);
    });
  },
};
