/** How an underlying stands. */
export interface DeskReport {
  readonly underlying: string;
  readonly state: 'quoting' | 'frozen' | 'paused' | 'no prices';
  readonly quotes: number;
  readonly deltaUsd: number;
  readonly vegaUsd: number;
}

export interface MakerReport {
  readonly timeMs: number;
  readonly desks: readonly DeskReport[];
  /** Series held. */
  readonly positions: number;
  /** At marks, and what it gained since the maker started; null before it is known. */
  readonly equityUusd: bigint | null;
  readonly gainUusd: bigint | null;
  /** Since the maker started: sides sent and refused, contracts filled. */
  readonly sidesSent: number;
  readonly sidesRefused: number;
  readonly contractsFilled: number;
}
