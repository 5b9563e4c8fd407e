import Table from 'cli-table3';
import { SourceState, SourceSubject } from '../proto/gen/tenor.oracle.v1.ts';
import type { SourceHealth } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig } from './config.ts';
import type { Produced } from './feeder.ts';
import { nameIn } from './nameIn.ts';

export interface Check {
  /** For people: every source's answer, age and verdict, then what comes of them. */
  readonly text: string;
  /** What has not enough sources; empty when all is well. */
  readonly missing: readonly string[];
}

/** What each source's answer is worth, and what there are too few sources of. */
export function checkReport({ report }: Produced, config: FeederConfig): Check {
  const table = new Table({
    head: ['source', 'of', 'what', 'verdict', 'age', 'from median', 'problem'],
    style: { head: [], border: [], compact: true },
  });
  for (const health of report.sources) table.push(rowOf(health, config));
  const missing = missingOf(report, config);
  const verdict =
    missing.length === 0
      ? 'Every index, stablecoin and surface has its quorum of sources.'
      : `Too few sources agree on: ${missing.join('; ')}.`;
  return { text: `${table.toString()}\n${verdict}\n`, missing };
}

function rowOf(health: SourceHealth, config: FeederConfig): string[] {
  const { source, subject, id, state, ageMs, deviationPpm, problem } = health;
  const isCoin = subject === SourceSubject.SOURCE_SUBJECT_STABLECOIN;
  const known: readonly { readonly id: number; readonly symbol: string }[] = isCoin
    ? config.stablecoins
    : config.underlyings;
  const said = ageMs !== undefined;
  return [
    source,
    known.find((thing) => thing.id === id)?.symbol ?? String(id),
    nameIn(SourceSubject, subject, 'SOURCE_SUBJECT_'),
    nameIn(SourceState, state, 'SOURCE_STATE_'),
    said ? `${(ageMs / 1000).toFixed(1)} s` : '–',
    said ? `${(deviationPpm / 1e4).toFixed(3)}%` : '–',
    problem.slice(0, 60),
  ];
}

function missingOf(
  { underlyings, stablecoins }: Produced['report'],
  config: FeederConfig,
): string[] {
  const missing = config.underlyings.flatMap(({ id, symbol, options }) => {
    const view = underlyings.find((u) => u.underlyingId === id);
    const lacks = view?.index === undefined ? [`the index of ${symbol}`] : [];
    const wantsOptions = Object.keys(options).length > 0;
    const hasSurface = view?.expiries.some((e) => e.smile !== undefined) === true;
    return wantsOptions && !hasSurface ? [...lacks, `the surface of ${symbol}`] : lacks;
  });
  const coins = config.stablecoins.filter(({ id }) => {
    return stablecoins.find((c) => c.stablecoinId === id)?.price === undefined;
  });
  return [...missing, ...coins.map(({ symbol }) => `${symbol} in USD`)];
}
