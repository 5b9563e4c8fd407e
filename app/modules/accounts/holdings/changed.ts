import type { Reader } from '../../../store/collection.ts';
import type { Attachment, Joined } from '../../../store/state.ts';

/**
 * Subaccounts whose cash, mode or holdings were written since they were last taken. A write that is
 * rolled back leaves its subaccount among them: whoever takes them reads the state again anyway.
 */
class Changed implements Joined {
  ids = new Set<bigint>();

  mark(): number {
    return 0;
  }

  rollback(): void {
    // Too many are told of, never too few.
  }

  flush(): void {
    // They are taken at the end of a block, before or after the state is.
  }
}

const attachment: Attachment<Changed> = { name: 'accounts/changed', create: () => new Changed() };

export function noteChanged({ state }: Reader, id: bigint): void {
  state.attach(attachment).ids.add(id);
}

/** In no order that means anything. One who takes them for the first time must look at all. */
export function takeChanged({ state }: Reader): ReadonlySet<bigint> {
  const changed = state.attach(attachment);
  const { ids } = changed;
  changed.ids = new Set();
  return ids;
}
