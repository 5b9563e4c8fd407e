import { useMemo } from 'preact/hooks';
import { fromJson } from '../../../proto/json.ts';
import { Explanation } from '../../../proto/gen/tenor.margin.v1.ts';
import { usePolled } from '../../store/polled.ts';

const POLL_MS = 4_000;

/** REST says null where there is nothing; a message leaves it out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNulls(each)]));
}

/** What a margin was computed from, as the node says; null while there is nothing to explain. */
export function useExplanation(owner: string, subaccount: number): Explanation | null {
  const path = `/tenor/v1/accounts/${owner}/${subaccount}`;
  const { answer } = usePolled<{ readonly explanation: unknown }>(path, POLL_MS).value;
  return useMemo(() => {
    const given = answer?.explanation ?? null;
    return given === null ? null : fromJson(Explanation, withoutNulls(given));
  }, [answer]);
}
