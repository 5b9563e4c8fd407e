import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { node } from '../../store/network.ts';

export interface Asked<T> {
  readonly answer: T | null;
  readonly error: string;
}

/**
 * An answer that stays as it is: asked for once, and again by another node. What one node has
 * answered stands until another one answers: a page that changes nodes does not go blank.
 */
export function useAsked<T>(key: string, ask: () => Promise<T>): ReadonlySignal<Asked<T>> {
  const state = useSignal<Asked<T>>({ answer: null, error: '' });
  const asked = useRef('');
  const from = node.value;
  useEffect(() => {
    let isOver = false;
    if (asked.current !== key) state.value = { answer: null, error: '' };
    asked.current = key;
    ask().then(
      (answer) => {
        if (!isOver) state.value = { answer, error: '' };
      },
      (error: unknown) => {
        if (isOver || state.value.answer !== null) return;
        state.value = { answer: null, error: (error as Error).message };
      },
    );
    return () => void (isOver = true);
  }, [key, from]);
  return state;
}
