/** How far a start has come: bytes of trees, of which the total is estimated, then values. */
export interface LoadProgress {
  readonly phase: 'trees' | 'values';
  readonly done: number;
  readonly total: number;
}

/** Whether `done` and `done + more` lie on two sides of a multiple of `step`. */
export const crosses = (done: number, more: number, step: number): boolean =>
  Math.floor(done / step) !== Math.floor((done + more) / step);
