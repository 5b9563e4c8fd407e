interface Place {
  line: number;
  column: number;
}
/** The part of Stryker's result that is read. */
export interface MutantResult {
  fileName: string;
  replacement: string;
  status: string;
  mutatorName: string;
  location: { start: Place; end: Place };
}
export interface Equivalent {
  file: string;
  line: string;
  replacement: string;
  /** What it replaces, where a line has several breaks of that replacement. */
  original?: string;
  why: string;
}
export interface Judged {
  fileName: string;
  at: number;
  line: string;
  original: string;
  replacement: string;
  status: string;
  mutatorName: string;
  why: string | undefined;
}
export function addReasons(
  results: readonly MutantResult[],
  known: readonly Equivalent[],
  readFile: (file: string) => string,
): Judged[];
export function score(judged: readonly Judged[]): {
  caught: number;
  counted: number;
  equivalent: number;
  percent: number;
};
export function describe(judged: readonly Judged[]): string;
