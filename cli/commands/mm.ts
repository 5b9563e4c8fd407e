import type { Command } from 'commander';
import type { MakerReport, MakerSettings } from '../../maker/index.ts';
import { formatUsd, parseUsd } from '../amounts.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import type { Json } from '../../proto/json.ts';
import type { Session } from '../session.ts';
import { stopSignal } from '../stopSignal.ts';
import { readSpan } from './quotes/readSpan.ts';
import { Group, wholeNumber, type Open, type Verb } from './verb.ts';

interface RunFlags {
  readonly underlying: string;
  readonly expiries: number;
  readonly size: string;
  readonly spread: number;
  readonly maxDelta: string;
  readonly maxVega: string;
  readonly maxPosition: string;
  readonly minEquity: string;
  readonly capital: string;
  readonly every: string;
  readonly deadMan: string;
  readonly report: string;
}

const UUSD = 1e6;

/** Points of volatility: `1`, `0.75`. */
function points(text: string): number {
  const value = /^\d{1,2}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (value > 0) return value;
  throw usageError(`"${text}" is no spread.`, 'Write points of volatility: 1 or 0.75.');
}

const dollars = (text: string): number => Number(parseUsd(text)) / UUSD;

function span(text: string, name: string, leastMs: number, mostMs: number): number {
  const ms = readSpan(text);
  if (ms >= leastMs && ms <= mostMs) return ms;
  throw usageError(`--${name} is ${leastMs / 1000} to ${mostMs / 1000} seconds.`);
}

function readSettings(flags: RunFlags, defaults: MakerSettings): MakerSettings {
  const underlyings = flags.underlying.toUpperCase().split(',');
  if (new Set(underlyings).size !== underlyings.length || underlyings.includes('')) {
    throw usageError('--underlying lists each once: BTC,ETH');
  }
  return {
    ...defaults,
    underlyings,
    expiries: flags.expiries,
    sizeUsd: dollars(flags.size),
    spreadVol: flags.spread / 100,
    maxDeltaUsd: dollars(flags.maxDelta),
    maxVegaUsd: dollars(flags.maxVega),
    maxPositionUsd: dollars(flags.maxPosition),
    minEquityUsd: flags.minEquity === '0' ? 0 : dollars(flags.minEquity),
    capitalUusd: parseUsd(flags.capital),
    intervalMs: span(flags.every, 'every', 200, 60_000),
    deadManMs: span(flags.deadMan, 'dead-man', 5_000, 3_600_000),
    reportMs: span(flags.report, 'report', 1_000, 86_400_000),
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
const rounded = (usd: number): string => formatUsd(BigInt(Math.round(usd * UUSD)));

function reportJson(report: MakerReport): Json {
  const { timeMs, desks, positions, equityUusd, gainUusd } = report;
  const { sidesSent, sidesRefused, contractsFilled } = report;
  return {
    ...{ kind: 'report', time: new Date(timeMs).toISOString() },
    ...{ equityUusd: equityUusd?.toString() ?? null, gainUusd: gainUusd?.toString() ?? null },
    ...{ positions, sidesSent, sidesRefused, contractsFilled },
    desks: desks.map((desk) => ({ ...desk })),
  };
}

function reportLine({ desks, equityUusd, gainUusd, contractsFilled }: MakerReport): string {
  const parts = desks.map(({ underlying, state, quotes, deltaUsd, vegaUsd }) => {
    const risk = `delta ${rounded(deltaUsd)}, vega ${rounded(vegaUsd)}`;
    return `${underlying} ${state}, ${quotes} quotes, ${risk}`;
  });
  const gain = gainUusd === null ? '' : ` (${gainUusd < 0n ? '' : '+'}${formatUsd(gainUusd)})`;
  const equity = equityUusd === null ? '–' : formatUsd(equityUusd);
  const filled = `filled ${Math.round(contractsFilled * 1e4) / 1e4}`;
  return [...parts, filled, `equity ${equity}${gain}`].join('; ');
}

async function runMaking(session: Session, flags: RunFlags): Promise<void> {
  const { out, clock } = session;
  const { runMaker, MakerStopped, DEFAULT_SETTINGS } = await import('../../maker/index.ts');
  const settings = readSettings(flags, DEFAULT_SETTINGS);
  const client = await session.client();
  const tell = (text: string): void => {
    const json = { kind: 'notice', time: new Date(clock()).toISOString(), text };
    out.entry(json, () => `${out.color.dim(timeOf(clock()))} ${text}`);
  };
  const onReport = (report: MakerReport): void => {
    const time = out.color.dim(timeOf(report.timeMs));
    out.entry(reportJson(report), () => `${time} ${reportLine(report)}`);
  };
  tell(`making markets in ${settings.underlyings.join(' and ')} as ${client.owner}`);
  const { signal, release } = stopSignal();
  try {
    const events = { onNotice: tell, onReport };
    onReport(await runMaker(client, settings, events, signal));
  } catch (error) {
    if (!(error instanceof MakerStopped)) throw error;
    throw new CliError(exitCodes.refused, error.message, 'Look first: tenor position list');
  } finally {
    release();
  }
}

const run: Verb<RunFlags> = {
  usage: 'run',
  description: 'quote both sides around the consensus surface, until Ctrl-C takes the quotes back',
  examples: [
    'mm run --from mm',
    'mm run --underlying BTC --expiries 2 --size 10000usd --from mm',
    'mm run --max-delta 100000usd --min-equity 400000usd --json --from mm',
  ],
  options: (command) =>
    command
      .option('--underlying <list>', 'what is quoted', 'BTC,ETH')
      .option('--expiries <n>', 'so many of the nearest', wholeNumber(1, 20), 4)
      .option('--size <usd>', 'notional of a quote', '30000usd')
      .option('--spread <points>', 'half of the spread, in points of volatility', points, 1)
      .option('--max-delta <usd>', 'of the inventory of an underlying', '300000usd')
      .option('--max-vega <usd>', 'the same, for a point of volatility', '3000usd')
      .option('--max-position <usd>', 'notional held of a series', '200000usd')
      .option('--min-equity <usd>', 'stop for good below it; 0: never', '0')
      .option('--capital <usd>', 'deposited if the account is not there yet', '500000usd')
      .option('--every <time>', 'how often quotes are looked after', '1s')
      .option('--dead-man <time>', 'the chain cancels after so long without a word', '30s')
      .option('--report <time>', 'how often it reports', '1m'),
  run: (session, _args, flags) => runMaking(session, flags),
};

export const mmGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'mm', 'the reference market maker').verb(run);
