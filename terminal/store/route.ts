import { computed, signal } from '@preact/signals';

export interface Route {
  /** Empty, or a name that is no page's, where one begins. */
  readonly page: string;
  readonly params: readonly string[];
}

function routeOf(hash: string): Route {
  const [page = '', ...params] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map((part) => safelyDecoded(part));
  return { page, params };
}

function safelyDecoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

/** Where one is: the address says it, so that it can be kept and sent on. */
export const route = computed(() => routeOf(hash.value));

/** The address of a page, for links. */
export const addressOf = (page: string, ...params: readonly string[]): string =>
  `#/${[page, ...params].map(encodeURIComponent).join('/')}`;

export function goTo(page: string, ...params: readonly string[]): void {
  location.hash = addressOf(page, ...params);
}
