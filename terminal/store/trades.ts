import { computed, useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { StreamTrade } from '../../client/streamTypes.ts';
import { useChannel, useEvents } from './streams.ts';

const KEPT = 500;

/** Trades of a series or an underlying, the newest first; null until they are known. */
export function useTrades(of: string): ReadonlySignal<readonly StreamTrade[] | null> {
  const channel = useChannel(`trades:${of}`);
  // The document is as it was sent: what came after it are events.
  const later = useSignal<readonly StreamTrade[]>([]);
  useEvents(
    `trades:${of}`,
    ({ trades }) => (later.value = [...trades.toReversed(), ...later.value].slice(0, KEPT)),
  );
  return useMemo(
    () =>
      computed(() => {
        const sent = channel.document.value as { trades?: readonly StreamTrade[] } | null;
        if (sent === null) return null;
        const newest = Number(sent.trades?.[0]?.id ?? 0);
        const since = later.value.filter(({ id, symbol }) => {
          const isHere = symbol === of || symbol.startsWith(`${of}-`);
          return isHere && Number(id) > newest;
        });
        return [...since, ...(sent.trades ?? [])];
      }),
    [channel, of],
  );
}
