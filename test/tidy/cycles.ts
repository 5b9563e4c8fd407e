import { posix } from 'node:path';
import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/**
 * Circles of imports, each told once; mending one may show another that it hid. Imports of types
 * count: a circle of them says as much about who needs whom.
 */
export function cycleViolations(sources: readonly Source[]): Violation[] {
  const imports = new Map(sources.map((source) => [source.path, importsOf(source)]));
  const found: Violation[] = [];
  const done = new Set<string>();
  for (const start of imports.keys()) {
    const cycle = findCycle(start, imports, done);
    if (cycle === null) continue;
    const names = [...cycle, cycle[0]!].map((path) => posix.basename(path));
    found.push({ path: cycle[0]!, line: 1, problem: `imports go round: ${names.join(' → ')}` });
  }
  return found;
}

const importsOf = ({ path, imports }: Source) =>
  imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => posix.join(posix.dirname(path), specifier));

/** The first circle met by going down from `start`, past files that were done before. */
function findCycle(
  start: string,
  imports: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | null {
  const trail: string[] = [];
  const visit = (path: string): string[] | null => {
    const at = trail.indexOf(path);
    if (at !== -1) {
      for (const seen of trail) done.add(seen);
      return trail.slice(at);
    }
    if (done.has(path)) return null;
    trail.push(path);
    for (const next of imports.get(path) ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    trail.pop();
    done.add(path);
    return null;
  };
  return visit(start);
}
