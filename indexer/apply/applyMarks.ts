import type { Marks } from '../source/facts.ts';
import type { At } from './at.ts';
import { NO_SERIES } from './candles.ts';
import type { Ledger } from './ledger.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const UNITS_PER_CONTRACT = 10_000n;

/** Rounds down, below 0 too: what is owed is never understated. */
function valueOf(quantity: bigint, markUusd: bigint): bigint {
  const scaled = quantity * markUusd;
  const value = scaled / UNITS_PER_CONTRACT;
  return value * UNITS_PER_CONTRACT > scaled ? value - 1n : value;
}

/**
 * Takes the marks of a block in. With the first ones of a minute everybody who holds something gets
 * a point of its curve, with those of an hour everybody.
 */
export function applyMarks(ledger: Ledger, at: Omit<At, 'idx' | 'txHash'>, all: readonly Marks[]) {
  // That there were none leaves no trace, which a process that begins again could find.
  if (all.length === 0) return;
  const marks = new Map<string, bigint>();
  for (const { underlying, names, marksUusd, volsBp, volIndexPpm } of all) {
    const { height, time } = at;
    const series_ids = names.map((name) => ledger.seriesId(name) ?? NO_SERIES);
    const columns = { names, marks_uusd: marksUusd, vols_bp: volsBp, series_ids };
    ledger.log('mark_samples', { time, height, underlying, ...columns });
    names.forEach((name, i) => marks.set(name, marksUusd[i]!));
    if (volIndexPpm === undefined) continue;
    const price = BigInt(volIndexPpm);
    ledger.candles.add({ kind: 'vol-index', name: underlying, timeMs: at.timeMs, price });
  }
  const before = ledger.moveSampled(at.timeMs);
  const isNew = (lengthMs: number): boolean =>
    Math.floor(at.timeMs / lengthMs) !== Math.floor((before ?? 0) / lengthMs);
  if (isNew(MINUTE_MS)) logEquity(ledger, at, marks, isNew(HOUR_MS));
}

function logEquity(
  ledger: Ledger,
  { height, time }: Pick<At, 'height' | 'time'>,
  marks: ReadonlyMap<string, bigint>,
  isOfAll: boolean,
): void {
  for (const account of ledger.accounts()) {
    const { owner, subaccount, cash_uusd } = account;
    const held = ledger.positionsOf(owner, subaccount);
    if (held.length === 0 && !isOfAll) continue;
    // A position without a mark has no value that could be told.
    if (held.some(({ series }) => !marks.has(series))) continue;
    const value = held.reduce((sum, p) => sum + valueOf(p.quantity, marks.get(p.series)!), 0n);
    ledger.log('equity', {
      ...{ time, height, owner, subaccount, cash_uusd, equity_uusd: cash_uusd + value },
      net_deposits_uusd: account.deposited_uusd - account.withdrawn_uusd,
    });
  }
}
