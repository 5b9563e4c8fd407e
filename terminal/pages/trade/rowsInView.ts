import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { Expiry, Strike } from '../../store/markets.ts';
import { now } from '../../store/clock.ts';

/** Strikes of the rows that can be seen now; null while that is not known. */
function useSeen(
  table: RefObject<HTMLElement | null>,
  key: string,
): ReadonlySignal<Set<string> | null> {
  const seen = useSignal<Set<string> | null>(null);
  useEffect(() => {
    const strikes = new Set<string>();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const strike = (target as HTMLElement).dataset['strike']!;
        if (isIntersecting) strikes.add(strike);
        else strikes.delete(strike);
      }
      seen.value = new Set(strikes);
    });
    const rows = table.current?.querySelectorAll('tr[data-strike]') ?? [];
    for (const row of rows) observer.observe(row);
    return () => {
      observer.disconnect();
      seen.value = null;
    };
  }, [key]);
  return seen;
}

/**
 * The strikes of an expiry as its table draws them: as they are where one looks, and as they were
 * with the last second where nobody does. A market that moves thirty times a second costs the rows
 * in sight.
 */
export function useShownStrikes(
  table: RefObject<HTMLElement | null>,
  { name, strikes }: Expiry,
): readonly Strike[] {
  const seen = useSeen(table, `${name} ${strikes.length}`).value;
  const second = now.value;
  const last = useRef({ second: 0, name: '', strikes: new Map<string, Strike>() });
  if (last.current.second !== second || last.current.name !== name) {
    const byStrike = new Map(strikes.map((strike) => [strike.strikeUusd, strike]));
    last.current = { second, name, strikes: byStrike };
  }
  if (seen === null) return strikes;
  return strikes.map((strike) =>
    seen.has(strike.strikeUusd) ? strike : (last.current.strikes.get(strike.strikeUusd) ?? strike),
  );
}
