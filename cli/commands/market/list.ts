import type { Mark } from '../../../proto/gen/tenor.margin.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { formatExpiry, formatStrike } from '../../../app/modules/options/core/index.ts';
import { formatQuantity } from '../../amounts.ts';
import { usageError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import { listSeries, marksOf, readExpiry, topsOf, type Top } from '../series.ts';
import { wholeNumber, type Verb } from '../verb.ts';
import type { Output } from '../../output/output.ts';
import { kindOf, markText, priceText, seriesJson, standingText } from './describe.ts';

interface Flags {
  readonly expiry?: string;
  readonly page?: number;
  readonly pageSize: number;
  readonly all?: boolean;
}

const MAX_PAGE = 1_000;

const columns = [
  { title: 'SERIES' },
  { title: 'EXPIRY' },
  { title: 'TYPE' },
  { title: 'STRIKE', align: 'right' },
  { title: 'MARK', align: 'right' },
  { title: 'PRICES' },
  { title: 'BID', align: 'right' },
  { title: 'ASK', align: 'right' },
  { title: 'OI', align: 'right' },
] as const;

function row(color: Output['color'], series: Series, mark: Mark | undefined, top: Top): string[] {
  return [
    series.symbol,
    formatExpiry(series.expirySeconds),
    kindOf(series),
    formatStrike(series.strikeUusd),
    markText(mark),
    standingText(color, mark),
    priceText(top.bid),
    priceText(top.ask),
    formatQuantity(series.openInterest),
  ];
}

async function run(
  { node: connect, out }: Pick<Session, 'node' | 'out'>,
  underlying: string,
  flags: Flags,
) {
  const node = await connect();
  const expirySeconds = flags.expiry === undefined ? 0n : readExpiry(flags.expiry);
  const found = await listSeries(node, underlying, expirySeconds);
  // Programs want it all unless they ask for a page.
  const isWhole = flags.all === true || (out.isJson && flags.page === undefined);
  const size = isWhole ? Math.max(found.length, 1) : flags.pageSize;
  const pages = Math.max(1, Math.ceil(found.length / size));
  const page = flags.page ?? 1;
  if (page > pages) throw usageError(`There is no page ${page}: the last is ${pages}.`);
  const shown = found.slice((page - 1) * size, page * size);
  const [marks, tops] = await Promise.all([marksOf(node, shown), topsOf(node, shown)]);
  const json = {
    series: shown.map((s) => seriesJson(s, marks.get(s.symbol), tops.get(s.symbol))),
    ...{ page, pages, total: found.length },
  };
  out.show(json, () => {
    if (shown.length === 0) return 'No series are listed.';
    const rows = shown.map((s) => row(out.color, s, marks.get(s.symbol), tops.get(s.symbol)!));
    return out.table(columns, rows);
  });
  if (pages > 1) {
    out.note(
      `Page ${page} of ${pages}, ${found.length} series. ` +
        `More: --page ${page === pages ? 1 : page + 1}, --all, or --expiry.`,
    );
  }
}

export const marketList: Verb<Flags> = {
  usage: 'list [underlying]',
  description: 'series with their prices, the nearest expiry first',
  examples: ['market list', 'market list BTC --expiry 27DEC26', 'market list --page 2'],
  options: (command) =>
    command
      .option('--expiry <expiry>', 'of one expiry, as 27DEC26 or 27DEC26T0915')
      .option('--page <n>', 'which page', wholeNumber(1, MAX_PAGE))
      .option('--page-size <n>', 'series on a page', wholeNumber(1, MAX_PAGE), 40)
      .option('--all', 'all pages'),
  run: (session, [underlying = ''], flags) =>
    run({ node: () => session.node(), out: session.out }, underlying.toUpperCase(), flags),
};
