/** Who was connected, so that a page that is loaded again is as it was. No key is in it. */
export type Remembered =
  | { readonly kind: 'test'; readonly name: string }
  | { readonly kind: 'keplr' }
  | { readonly kind: 'session'; readonly owner: string };

const KEY = 'tenor.wallet';

export function remember(who: Remembered | null): void {
  try {
    if (who === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(who));
  } catch {
    // Without storage one connects anew.
  }
}

export function remembered(): Remembered | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Remembered | null;
  } catch {
    return null;
  }
}
