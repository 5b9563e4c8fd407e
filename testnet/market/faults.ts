import type { Snapshot } from './snapshot.ts';

export const sourceNames = [
  ...(['kraken', 'coinbase', 'binance', 'okx'] as const),
  ...(['bybit', 'bitstamp', 'deribit', 'binance_options'] as const),
] as const;
export type SourceName = (typeof sourceNames)[number];

/** What a whole source can do wrong. */
export const modes = [
  ...(['normal', 'freeze', 'error', 'off', 'skew', 'lag', 'delay'] as const),
  ...(['clock', 'corrupt', 'throttle', 'redirect', 'flood'] as const),
] as const;
export type Mode = (typeof modes)[number];

/** What single rows of an option chain can do wrong. */
export const rowModes = ['normal', 'off', 'lag', 'skew', 'mad'] as const;
export type RowMode = (typeof rowModes)[number];

export interface SourceFault {
  readonly mode: Mode;
  /** What the mode needs: a share for skew, seconds for lag, delay and clock. */
  readonly by: number;
  /** The market when the mode was set: what a frozen source goes on showing. */
  readonly since: Snapshot | null;
}

export interface RowFault {
  readonly source: SourceName;
  /** The rows whose names start so. */
  readonly row: string;
  readonly mode: RowMode;
  readonly by: number;
}

const NORMAL: SourceFault = { mode: 'normal', by: 0, since: null };

/** How each source is misbehaving. */
export class Faults {
  readonly #sources = new Map<SourceName, SourceFault>();
  #rows: RowFault[] = [];

  setSource(source: SourceName, mode: Mode, by: number, since: Snapshot): void {
    this.#sources.set(source, { mode, by, since });
    if (mode === 'normal') this.#rows = this.#rows.filter((r) => r.source !== source);
  }

  setRow(fault: RowFault): void {
    const same = (r: RowFault): boolean => r.source === fault.source && r.row === fault.row;
    this.#rows = this.#rows.filter((r) => !same(r));
    if (fault.mode !== 'normal') this.#rows.push(fault);
  }

  of(source: SourceName): SourceFault {
    return this.#sources.get(source) ?? NORMAL;
  }

  get rows(): readonly RowFault[] {
    return this.#rows;
  }

  rowsOf(source: SourceName): readonly RowFault[] {
    return this.#rows.filter((r) => r.source === source);
  }
}
