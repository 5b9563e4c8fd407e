import type { Mark } from '../../../proto/gen/tenor.margin.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { enumName } from '../../output/json.ts';
import { OptionKind, type Series } from '../../../proto/gen/tenor.options.v1.ts';
import { formatExpiry, formatStrike } from '../../../app/modules/options/core/index.ts';
import { formatQuantity } from '../../amounts.ts';
import { CliError, exitCodes } from '../../errors.ts';
import { queries } from '../../../client/queries.ts';
import type { Node } from '../../chain/node.ts';
import type { Output } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { listSeries, marksOf, readExpiry, topsOf, type Top } from '../series.ts';
import { wholeNumber } from '../verb.ts';
import type { Verb } from '../verb.ts';
import {
  NONE,
  greekText,
  markText,
  depthText,
  seriesJson,
  standingText,
  timeText,
  volText,
} from './describe.ts';

interface Flags {
  readonly expiry?: string;
  readonly depth?: number;
}

/** What is known of one option of the chain. */
interface Quoted {
  readonly series: Series;
  readonly mark: Mark | undefined;
  readonly top: Top | undefined;
}

/** Call and put of a strike. */
export interface ChainRow {
  readonly strikeUusd: bigint;
  readonly call: Quoted | null;
  readonly put: Quoted | null;
}

/** Options of one expiry, paired by strike, the lowest first. */
export function pairByStrike(options: readonly Quoted[]): ChainRow[] {
  const strikes = [...new Set(options.map(({ series }) => series.strikeUusd))];
  const find = (strikeUusd: bigint, kind: OptionKind) =>
    options.find(({ series: s }) => s.strikeUusd === strikeUusd && s.kind === kind) ?? null;
  return strikes
    .sort((a, b) => (a < b ? -1 : 1))
    .map((strikeUusd) => ({
      strikeUusd,
      call: find(strikeUusd, OptionKind.OPTION_KIND_CALL),
      put: find(strikeUusd, OptionKind.OPTION_KIND_PUT),
    }));
}

const right = (title: string) => ({ title, align: 'right' as const });
const columns = [
  ...['OI', 'DELTA', 'IV', 'BID', 'MARK', 'ASK'].map(right),
  { title: 'STRIKE', align: 'center' as const },
  ...['BID', 'MARK', 'ASK', 'IV', 'DELTA', 'OI'].map(right),
];

function cells(
  option: Quoted | null,
): Record<'oi' | 'delta' | 'iv' | 'bid' | 'mark' | 'ask', string> {
  if (option === null) return { oi: '', delta: '', iv: '', bid: '', mark: '', ask: '' };
  const { series, mark, top } = option;
  return {
    oi: series.openInterest === 0n ? NONE : formatQuantity(series.openInterest),
    delta: greekText(mark?.delta, 2),
    iv: volText(mark),
    bid: depthText(top?.bid, top?.levels?.bids),
    mark: markText(mark),
    ask: depthText(top?.ask, top?.levels?.asks),
  };
}

/** Calls on the left, puts on the right, a line where the forward is. */
export function renderChain(
  rows: readonly ChainRow[],
  forward: number | null,
  out: Output,
): readonly string[] {
  const lines: string[][] = [];
  let isBelow = true;
  for (const { strikeUusd, call, put } of rows) {
    if (forward !== null && isBelow && Number(strikeUusd) / 1e6 > forward) {
      if (lines.length > 0) lines.push(forwardLine(forward, out));
      isBelow = false;
    }
    const c = cells(call);
    const p = cells(put);
    const strike = out.color.bold(formatStrike(strikeUusd));
    lines.push([c.oi, c.delta, c.iv, c.bid, c.mark, c.ask, strike]);
    lines.at(-1)!.push(p.bid, p.mark, p.ask, p.iv, p.delta, p.oi);
  }
  return out.table(columns, lines);
}

function forwardLine(forward: number, { color }: Output): string[] {
  const line = columns.map(() => '');
  line[6] = color.dim(`(${forward.toFixed(2)})`);
  return line;
}

async function chooseExpiry(node: Node, underlying: string, text: string | undefined) {
  if (text !== undefined) return readExpiry(text);
  const request = { underlying, all: false, beforeSeconds: 0n, limit: 0 };
  const { expiries } = await node.ask(queries.expiries, request);
  return expiries.map((e) => e.expirySeconds).sort((a, b) => (a < b ? -1 : 1))[0];
}

async function run(session: Session, underlying: string, { expiry, depth }: Flags): Promise<void> {
  const { out } = session;
  const node = await session.node();
  const expirySeconds = await chooseExpiry(node, underlying, expiry);
  const found =
    expirySeconds === undefined ? [] : await listSeries(node, underlying, expirySeconds);
  if (expirySeconds === undefined || found.length === 0) {
    const what = expiry === undefined ? underlying : `${underlying} of ${expiry}`;
    throw new CliError(
      exitCodes.refused,
      `No series of ${what} are listed.`,
      `See which there are: tenor market expiries ${underlying}`,
    );
  }
  const [marks, tops] = await Promise.all([marksOf(node, found), topsOf(node, found, depth)]);
  const options = found.map((series) => ({
    series,
    mark: marks.get(series.symbol),
    top: tops.get(series.symbol),
  }));
  const marked = options.find(({ mark }) => mark !== undefined)?.mark;
  const forward = marked?.forward ?? null;
  const rows = pairByStrike(options);
  const side = (o: Quoted | null) => (o === null ? null : seriesJson(o.series, o.mark, o.top));
  const json = {
    ...{ underlying, expiry: formatExpiry(expirySeconds), expirySeconds: String(expirySeconds) },
    forward,
    status: marked === undefined ? null : enumName(FeedStatus, marked.status),
    ageMs: marked?.ageMs?.toString() ?? null,
    strikes: rows.map(({ strikeUusd, call, put }) => ({
      strike: formatStrike(strikeUusd),
      call: side(call),
      put: side(put),
    })),
  };
  out.show(json, () => {
    const at =
      forward === null
        ? 'no live prices'
        : `forward ${forward.toFixed(2)}, ${standingText(out.color, marked)}`;
    const title = `${underlying} ${formatExpiry(expirySeconds)}`;
    const head = `${out.color.bold(title)}, ${timeText(expirySeconds)}, ${at}`;
    return [`${head}; calls left, puts right`, '', renderChain(rows, forward, out)];
  });
}

export const marketChain: Verb<Flags> = {
  usage: 'chain <underlying>',
  description: 'one expiry: calls left, puts right, with marks, volatilities and deltas',
  examples: ['market chain BTC --expiry 27DEC26', 'market chain ETH --depth 5'],
  options: (command) =>
    command
      .option('--expiry <expiry>', 'as 27DEC26 or 27DEC26T0915; the nearest by default')
      .option('--depth <n>', 'with the size in so many levels of each book', wholeNumber(1, 50)),
  run: (session, [underlying], flags) => run(session, underlying!.toUpperCase(), flags),
};
