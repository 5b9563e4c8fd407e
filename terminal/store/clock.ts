import { signal } from '@preact/signals';

const SECOND_MS = 1_000;

/** The wall clock, second by second: for ages and times to go, never for what is signed. */
export const now = signal(Date.now());

const tick = (): void => {
  now.value = Date.now();
  setTimeout(tick, SECOND_MS - (now.value % SECOND_MS));
};
tick();
