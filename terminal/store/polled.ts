import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getJson, node } from './network.ts';

export interface Polled<T> {
  /** The last answer; null before the first. */
  readonly answer: T | null;
  /** The node's own sentence when the last question was not answered; else empty. */
  readonly error: string;
}

/** What was not answered is asked for again, however seldom it changes. */
const AGAIN_MS = 3_000;

/** An answer of REST, asked for anew while a component is shown; a null path for none. */
export function usePolled<T>(path: string | null, everyMs: number): ReadonlySignal<Polled<T>> {
  const polled = useSignal<Polled<T>>({ answer: null, error: '' });
  const from = node.value;
  useEffect(() => {
    if (path === null) {
      polled.value = { answer: null, error: '' };
      return undefined;
    }
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const next = await getJson<T>(path).then(
        (answer) => ({ answer, error: '' }),
        (error: unknown) => ({ answer: polled.value.answer, error: (error as Error).message }),
      );
      if (isOver) return;
      polled.value = next;
      timer = setTimeout(
        () => void ask(),
        next.error === '' ? everyMs : Math.min(everyMs, AGAIN_MS),
      );
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [path, from, everyMs]);
  return polled;
}
