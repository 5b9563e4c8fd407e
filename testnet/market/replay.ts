import type { Recorded } from './world.ts';

/** A recording that cannot be read; the message names the line. */
export class ReplayError extends Error {}

const HEADER = 'time_ms,symbol,price,vol';

interface Line extends Recorded {
  readonly timeMs: number;
}

/**
 * A recording as CSV, `time_ms,symbol,price,vol` by rising time, as a function of the time since
 * its start: what was last recorded then. It begins again at its end. Throws ReplayError.
 */
export function readReplay(
  csv: string,
): (symbol: string, elapsedMs: number) => Recorded | undefined {
  const [header, ...rows] = csv.trim().split(/\r?\n/);
  if (header?.trim() !== HEADER) throw new ReplayError(`the first line is not ${HEADER}`);
  const bySymbol = new Map<string, Line[]>();
  let before = -Infinity;
  rows.forEach((row, i) => {
    const [timeMs, symbol, price, vol, ...more] = row.split(',');
    const line = { timeMs: Number(timeMs), price: Number(price), vol: Number(vol) };
    const fits = more.length === 0 && line.price > 0 && line.vol > 0 && line.timeMs >= before;
    if (!fits || !/^[A-Z][A-Z0-9]{0,9}$/.test(symbol ?? '')) {
      throw new ReplayError(`line ${i + 2} is not ${HEADER} by rising time: ${row.slice(0, 80)}`);
    }
    before = line.timeMs;
    bySymbol.set(symbol!, [...(bySymbol.get(symbol!) ?? []), line]);
  });
  if (bySymbol.size === 0) throw new ReplayError('the recording is empty');
  const startMs = Math.min(...[...bySymbol.values()].map((lines) => lines[0]!.timeMs));
  const lengthMs = Math.max(1, before - startMs);
  return (symbol, elapsedMs) => {
    const atMs = startMs + (elapsedMs % lengthMs);
    return bySymbol.get(symbol)?.findLast((line) => line.timeMs <= atMs);
  };
}
