import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getJson } from './network.ts';
import { candleOf, withTick } from '../format/candles.ts';
import type { Candle, CandleKind, Resolution, ToldCandle } from '../format/candles.ts';

interface History {
  readonly candles: readonly ToldCandle[];
}

/** What an indexer has kept; where none is behind the node there is no past. */
async function pastOf(kind: CandleKind, name: string, resolution: Resolution): Promise<Candle[]> {
  const asked = new URLSearchParams({ kind, resolution: resolution.name, limit: '500' });
  try {
    const path = `/tenor/v1/history/candles/${name}?${asked.toString()}`;
    const { candles } = await getJson<History>(path);
    return candles.map((told) => candleOf(kind, told));
  } catch {
    return [];
  }
}

export interface Candles {
  readonly list: ReadonlySignal<readonly Candle[]>;
  /** Takes in what happens now. */
  readonly add: (timeMs: number, level: number) => void;
}

/** Candles of something, the past where somebody kept it, and what `add` brings. */
export function useCandles(kind: CandleKind, name: string, resolution: Resolution): Candles {
  const list = useSignal<readonly Candle[]>([]);
  useEffect(() => {
    let isWanted = true;
    list.value = [];
    void pastOf(kind, name, resolution).then((past) => {
      if (!isWanted) return;
      // What came in the meantime is newer than all that was kept, but for the last one.
      const from = past.at(-1)?.time ?? 0;
      list.value = [...past, ...list.value.filter(({ time }) => time > from)];
    });
    return () => void (isWanted = false);
  }, [kind, name, resolution.name]);
  return {
    list,
    add: (timeMs, level) => {
      list.value = withTick(list.value, resolution.seconds, Math.floor(timeMs / 1_000), level);
    },
  };
}
