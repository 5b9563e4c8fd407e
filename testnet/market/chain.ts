import { black76Price } from '../../app/lib/math/black76.ts';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import type { RowFault } from './faults.ts';
import { listExpiries, listStrikes } from './listing.ts';
import { forwardOf, volAt } from './smile.ts';
import { View } from './view.ts';

/** One option as a venue sees it; prices per unit of forward. */
export interface OptionRow {
  readonly expiry: number;
  readonly strike: number;
  readonly kind: 'C' | 'P';
  readonly forward: number;
  readonly index: number;
  readonly vol: { readonly mark: number; readonly bid: number; readonly ask: number };
  readonly price: { readonly mark: number; readonly bid: number; readonly ask: number };
  readonly timeMs: number;
  /** Something no venue says. */
  readonly isMad: boolean;
}

/** Half the distance between the volatilities of bid and ask, and how it grows with z². */
const HALF_VOL_SPREAD = 0.004;
const VOL_SPREAD_GROWTH = 0.003;
const CENT = 0.01;

/**
 * The chain of an underlying in a currency, by expiry and strike. `name` says what the venue calls
 * a row, so that faults of single rows find theirs.
 */
export function chainOf<T>(
  view: View,
  symbol: string,
  quote: string,
  name: (row: Pick<OptionRow, 'expiry' | 'strike' | 'kind'>) => string,
  write: (row: OptionRow, name: string) => T,
): T[] {
  const faults = view.world.faults.rowsOf(view.source);
  const rows: T[] = [];
  for (const expiry of listExpiries(view.snapshot.timeMs)) {
    for (const strike of strikesOf(view, symbol, expiry)) {
      for (const kind of ['C', 'P'] as const) {
        const text = name({ expiry, strike, kind });
        const fault = faults.find((f) => text.startsWith(f.row));
        if (fault?.mode === 'off') continue;
        const place = { symbol, quote, expiry, strike, kind };
        rows.push(write(faulty(rowOf(lagging(view, fault), place), fault), text));
      }
    }
  }
  return rows;
}

/** A skewed source is wrong about prices; which strikes exist, it is told. */
function strikesOf({ snapshot }: View, symbol: string, expiry: number): number[] {
  const { price, carry } = snapshot.quotes[symbol]!;
  const years = (expiry - snapshot.timeMs / 1000) / YEAR_SECONDS;
  const forward = forwardOf(price, carry, years);
  // Strikes of what costs little are half dollars.
  if (price >= 1_000) return listStrikes(forward, years);
  return listStrikes(forward * 2, years).map((strike) => strike / 2);
}

function lagging(view: View, fault: RowFault | undefined): View {
  if (fault?.mode !== 'lag') return view;
  const { world, source } = view;
  return new View(world, source, world.history.at(world.snapshot.timeMs - fault.by * 1000));
}

interface Place {
  readonly symbol: string;
  readonly quote: string;
  readonly expiry: number;
  readonly strike: number;
  readonly kind: 'C' | 'P';
}

function rowOf(view: View, { symbol, quote, expiry, strike, kind }: Place): OptionRow {
  const { snapshot, factor, timeMs } = view;
  const { vol: level, carry, held } = snapshot.quotes[symbol]!;
  const years = Math.max(expiry - snapshot.timeMs / 1000, 1) / YEAR_SECONDS;
  // What repeats itself for long looks frozen: a held market wavers by a cent.
  const index = view.price(symbol, quote) + (held && snapshot.tick % 2 === 1 ? CENT : 0);
  const forward = forwardOf(index, carry, years);
  const z = Math.log((strike * factor) / forward) / Math.sqrt(years);
  const mark = volAt(level, z, years);
  const half = HALF_VOL_SPREAD + VOL_SPREAD_GROWTH * z * z;
  const vol = { mark, bid: Math.max(mark - half, mark / 2), ask: mark + half };
  const price = (sigma: number): number =>
    black76Price(kind === 'C', forward, strike, sigma * sigma * years) / forward;
  return {
    ...{ expiry, strike, kind, forward, index, vol, timeMs, isMad: false },
    price: { mark: price(mark), bid: price(vol.bid), ask: price(vol.ask) },
  };
}

function faulty(row: OptionRow, fault: RowFault | undefined): OptionRow {
  if (fault?.mode === 'mad') return { ...row, isMad: true };
  if (fault?.mode !== 'skew') return row;
  const scale = (v: OptionRow['vol']): OptionRow['vol'] => ({
    mark: v.mark * (1 + fault.by),
    bid: v.bid * (1 + fault.by),
    ask: v.ask * (1 + fault.by),
  });
  return { ...row, vol: scale(row.vol), price: scale(row.price) };
}
