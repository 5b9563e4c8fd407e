import type { View } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';

/** The first invariant that does not hold, with its module and what is broken; null if all do. */
export function brokenInvariant({ modules }: Registry, view: View): string | null {
  for (const { name, invariants } of modules) {
    for (const [invariant, holds] of Object.entries(invariants)) {
      const broken = holds(view);
      if (broken !== null) return `${name}: ${invariant}: ${broken}`;
    }
  }
  return null;
}
