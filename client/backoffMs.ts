/**
 * How long to wait after `failures` failures in a row: doubled each time up to `maxMs`, and between
 * half and all of that by `random` (0 to 1), so that many do not return in step.
 */
export function backoffMs(
  failures: number,
  firstMs: number,
  maxMs: number,
  random: number,
): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(whole * (0.5 + random / 2));
}
