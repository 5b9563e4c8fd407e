import { heldLines, requirementsOf } from './margin.ts';
import { byExpiry, byUnderlying, worthOf } from './standard.ts';
import { absolute, ceilOf, PPM, UNITS } from './types.ts';
import type { Account, Line, Quotes, Series } from './types.ts';

/** How an account under liquidation stands, in whole uusd, orders aside. */
export interface Standing {
  readonly markToMarketUusd: bigint;
  readonly maintenanceUusd: bigint;
  /** A: what its requirements keep back beyond the marks. */
  readonly bufferUusd: bigint;
  /** BM = MM − 0.15·A. */
  readonly bufferMarginUusd: bigint;
  /** Index notional of all that is held. */
  readonly notionalUusd: bigint;
}

/** What sums of doubles may be off by, in uusd; amounts are rounded for the fund. */
const HAIR = 1e-5;
const up = (usd: number): bigint => BigInt(Math.ceil(usd * 1e6 - HAIR));

const BUFFER_PPM = 150_000n;

export const markUusd = (quotes: Quotes, series: Series): bigint =>
  BigInt(Math.round(quotes.mark(series) * 1e6));

/** In uusd: a unit is 100 of them for each USD of its mark. */
const valueOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, l) => sum + Math.round(l.held * 1e4) * 100 * worthOf(l), 0);

export function standingOf(account: Account, quotes: Quotes): Standing {
  const lines = heldLines(account, quotes);
  const { maintenance } = requirementsOf(lines, quotes, account.mode);
  const markToMarketUusd = account.cashUusd + BigInt(Math.floor(valueOf(lines)));
  // Of a portfolio the requirement is less than nothing where options lend value.
  const maintenanceUusd =
    account.mode === 'portfolio'
      ? account.cashUusd + BigInt(Math.floor(-maintenance * 1e6 + HAIR))
      : account.cashUusd - up(maintenance);
  const bufferUusd = bufferOf(account, lines, markToMarketUusd, maintenanceUusd);
  let notionalUusd = 0n;
  for (const [id, quantity] of account.positions) {
    const index = quotes.indexUusd(quotes.series(id).underlyingId);
    notionalUusd += ceilOf(absolute(quantity) * index, UNITS);
  }
  const bufferMarginUusd = maintenanceUusd - ceilOf(bufferUusd * BUFFER_PPM, PPM);
  return { markToMarketUusd, maintenanceUusd, bufferUusd, bufferMarginUusd, notionalUusd };
}

function bufferOf(account: Account, lines: readonly Line[], mtm: bigint, mm: bigint): bigint {
  if (account.mode === 'portfolio') return mtm - mm;
  const shorts = -valueOf(lines.filter(({ held }) => held < 0));
  const buffer = account.cashUusd - BigInt(Math.ceil(shorts)) - mm;
  return buffer > 0n ? buffer : 0n;
}

/** A of each underlying alone, by which what an account lacks is split. */
export function buffersOf(account: Account, quotes: Quotes): Map<number, bigint> {
  const buffers = new Map<number, bigint>();
  const ids = [...account.positions.keys()].map((id) => quotes.series(id).underlyingId);
  for (const underlyingId of [...new Set(ids)].sort((a, b) => a - b)) {
    const positions = new Map(
      [...account.positions].filter(([id]) => quotes.series(id).underlyingId === underlyingId),
    );
    const { bufferUusd } = standingOf({ ...account, cashUusd: 0n, positions }, quotes);
    buffers.set(underlyingId, bufferUusd > 0n ? bufferUusd : 0n);
  }
  return buffers;
}

/**
 * By how much A falls without a leg, each by itself: its share of what nobody can pay. Of a
 * standard account only shorts have one; of a portfolio each leg, as all lend and hedge.
 */
export function legWeights(account: Account, quotes: Quotes): Map<bigint, bigint> {
  const lines = heldLines(account, quotes);
  const isPortfolio = account.mode === 'portfolio';
  const groups = isPortfolio
    ? byUnderlying(byExpiry(lines)).map((of) => of.flat())
    : byExpiry(lines);
  const keptBack = (of: readonly Line[]): number =>
    requirementsOf(of, quotes, account.mode).maintenance +
    valueOf(isPortfolio ? of : of.filter(({ held }) => held < 0)) / 1e6;
  const weights = new Map<bigint, bigint>();
  for (const group of groups) {
    for (const line of group) {
      const falls = keptBack(group) - keptBack(group.filter((other) => other !== line));
      const isCounted = isPortfolio || line.held < 0;
      weights.set(line.series.id, isCounted && falls > 0 ? BigInt(Math.round(falls * 1e6)) : 0n);
    }
  }
  return weights;
}
