import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

const PREFIX = 'tenor.';

/** What the browser remembers; where it may not, the setting lives as long as the page. */
export function remembered<T extends string>(key: string, values: readonly T[]): Signal<T> {
  const read = (): T => {
    try {
      const kept = localStorage.getItem(PREFIX + key);
      return values.find((value) => value === kept) ?? values[0]!;
    } catch {
      return values[0]!;
    }
  };
  const setting = signal(read());
  effect(() => {
    const { value } = setting;
    try {
      localStorage.setItem(PREFIX + key, value);
    } catch {
      // Nothing to do about it.
    }
  });
  return setting;
}

export const theme = remembered('theme', ['system', 'dark', 'light']);
export const timeZone = remembered('times', ['utc', 'local']);

const lightPreferred = matchMedia('(prefers-color-scheme: light)');
const prefersLight = signal(lightPreferred.matches);
lightPreferred.addEventListener('change', ({ matches }) => (prefersLight.value = matches));

export const isLight = (): boolean =>
  theme.value === 'light' || (theme.value === 'system' && prefersLight.value);

/** Puts the theme where the tokens look for it. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = isLight() ? 'light' : 'dark';
  });
}
