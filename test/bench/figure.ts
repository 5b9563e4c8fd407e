import type { Work } from '../../scripts/bench/rules.mjs';

/** A line that a bench prints; scripts/bench.mjs records it. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What the value stands beside, of the same run. */
  peer?: string;
  peerValue?: number;
  ratio?: number;
  /** Of a peer whose time was up before the end: the ratio is on these. */
  peerMessages?: number;
  /** What the figure counts: executed with code 0, and refused by reason. Over 1% refused fails. */
  work?: Work;
  /** Processors that are busy with it. */
  cores?: number;
  /** Its second half against its first; far from 1 it is of something that was not warm. */
  halves?: number;
}

export type Emit = (figure: Figure) => void;

/** Figures of three sizes, and how the largest compares with the smallest. */
export function emitGrowth(emit: Emit, name: string, figures: readonly Figure[]): void {
  for (const figure of figures) emit(figure);
  const [first, last] = [figures[0]!, figures.at(-1)!];
  emit({ name: `${name}: growth`, value: last.value / first.value, unit: 'x' });
}
