export const MAX_LOAD: number;
export function tooBusy(load: number): string | null;
export function loadNow(): number;
export function machine(
  root: string,
  load: number,
): {
  readonly at: string;
  readonly commit: string;
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly load: number;
  readonly forced?: true;
};
