import type { Schema } from './collection.ts';
import type { State } from './state.ts';

/** Empties the derived collections, and forgets joined structures: both are built anew. */
export function clearDerived(state: State, schemas: readonly Schema[]): void {
  state.detach();
  for (const { store, prefix, storage } of schemas) {
    if (storage !== 'derived') continue;
    const first = String.fromCharCode(prefix);
    let entry = state.next(store, first, false, false);
    while (entry !== undefined && entry[0].startsWith(first)) {
      const [key] = entry;
      state.delete(store, key, true);
      entry = state.next(store, key, false, true);
    }
  }
}
