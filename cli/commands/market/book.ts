import { QueryBookResponse, Trade, type Level } from '../../../proto/gen/tenor.clob.v1.ts';
import { Side } from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import { usageError } from '../../errors.ts';
import { messageJson } from '../../output/json.ts';
import { findSeries } from '../series.ts';
import { wholeNumber, type Verb } from '../verb.ts';

const MAX_DEPTH = 200;
const MAX_TRADES = 100;

const levelRow = ({ priceUusd, quantity, orders }: Level, total: bigint): string[] => [
  formatPrice(priceUusd),
  formatQuantity(quantity),
  formatQuantity(total),
  String(orders),
];

/** Levels with what a taker finds down to each. */
export function cumulative(levels: readonly Level[]): { level: Level; total: bigint }[] {
  let total = 0n;
  return levels.map((level) => ({ level, total: (total += level.quantity) }));
}

export const marketBook: Verb<{ readonly depth: number }> = {
  usage: 'book <series>',
  description: 'the order book of a series',
  examples: ['market book BTC-27DEC26-100000-C', 'market book BTC-27DEC26-100000-C --depth 5'],
  options: (command) =>
    command.option('--depth <n>', 'prices on each side', wholeNumber(1, MAX_DEPTH), 10),
  async run(session, [text], { depth }) {
    const { out } = session;
    const node = await session.node();
    await findSeries(node, text!);
    const symbol = text!.toUpperCase();
    const book = await node.ask(queries.book, { symbol, depth });
    out.show(messageJson(QueryBookResponse, book), () => {
      if (book.bids.length + book.asks.length === 0) return `No orders rest in ${symbol}.`;
      const { red, green } = out.color;
      const asks = cumulative(book.asks).reverse();
      const rows = [
        ...asks.map(({ level, total }) => [red('ask'), ...levelRow(level, total)]),
        ...cumulative(book.bids).map(({ level, total }) => [
          green('bid'),
          ...levelRow(level, total),
        ]),
      ];
      const right = (title: string) => ({ title, align: 'right' as const });
      const columns = [{ title: '' }, ...['PRICE', 'SIZE', 'TOTAL', 'ORDERS'].map(right)];
      return [out.color.bold(symbol), out.table(columns, rows)];
    });
  },
};

/** A series or an underlying, whichever the text names. */
async function tradesRequest(node: Node, text: string | undefined, limit: number) {
  if (text === undefined) return { symbol: '', underlying: '', limit };
  if (!text.includes('-')) return { symbol: '', underlying: text.toUpperCase(), limit };
  await findSeries(node, text);
  return { symbol: text.toUpperCase(), underlying: '', limit };
}

export const marketTrades: Verb<{ readonly limit: number }> = {
  usage: 'trades [series-or-underlying]',
  description: 'the last trades, the newest first',
  examples: ['market trades BTC', 'market trades BTC-27DEC26-100000-C --limit 5'],
  options: (command) =>
    command.option('--limit <n>', 'how many at the most', wholeNumber(1, MAX_TRADES), 20),
  async run(session, [text], { limit }) {
    const { out } = session;
    if (text === '') throw usageError('Name a series or an underlying.');
    const node = await session.node();
    const { trades } = await node.ask(queries.trades, await tradesRequest(node, text, limit));
    out.show({ trades: trades.map((trade) => messageJson(Trade, trade)) }, () => {
      if (trades.length === 0) return 'No trades yet.';
      const columns = [
        { title: 'TIME (UTC)' },
        { title: 'SERIES' },
        { title: 'TAKER' },
        { title: 'SIZE', align: 'right' as const },
        { title: 'PRICE', align: 'right' as const },
        { title: '' },
      ];
      const rows = trades.map((trade) => [
        new Date(Number(trade.timeMs)).toISOString().slice(0, 19).replace('T', ' '),
        trade.symbol,
        trade.takerSide === Side.SIDE_BUY ? out.color.green('buys') : out.color.red('sells'),
        formatQuantity(trade.quantity),
        formatPrice(trade.priceUusd),
        trade.isLiquidation ? 'liquidation' : '',
      ]);
      return out.table(columns, rows);
    });
  },
};
