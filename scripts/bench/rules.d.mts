export interface Work {
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
}
export const MAX_REFUSED: number;
export const HALVES_PART: number;
export const LIMIT_S: number;
export function objection(figure: {
  readonly name: string;
  readonly value: number;
  readonly work?: Work;
  readonly halves?: number;
}): string | null;
export function tooLong(name: string, seconds: number): string | null;
