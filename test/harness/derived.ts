import type { TestNode } from './node.ts';
import type { Registry } from '../../app/runtime/registry.ts';
import type { State } from '../../app/store/state.ts';

/** What spares work and changes no result, so that a start may do without: options/listing.ts. */
const MEMOS = ['options/quiet'];

/** All that is derived, as lines: the same on nodes of one height, however they came there. */
function derivedOf(state: State, { schemas }: Pick<Registry, 'schemas'>): string[] {
  const lines: string[] = [];
  for (const { store, prefix, name, storage } of schemas) {
    if (storage !== 'derived' || MEMOS.includes(`${store}/${name}`)) continue;
    const first = String.fromCharCode(prefix);
    let entry = state.next(store, first, false, false);
    while (entry?.[0].startsWith(first) === true) {
      const [key, value] = entry;
      const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v));
      lines.push(`${store}/${name} ${Buffer.from(key, 'latin1').toString('hex')} ${text}`);
      entry = state.next(store, key, false, true);
    }
  }
  return lines;
}

const linesOf = ({ store, registry }: TestNode) => derivedOf(store.working, registry);

/**
 * Insists that nodes that ran on, that were restarted, and that were restored know the same: the
 * app hash does not cover what is derived.
 */
export function expectSameDerived(nodes: readonly TestNode[]): void {
  const [first = [], ...others] = nodes.map(linesOf);
  for (const [i, lines] of others.entries()) {
    const at = lines.findIndex((line, n) => line !== first[n]);
    if (at < 0 && lines.length === first.length) continue;
    const [has = 'nothing', needs = 'nothing'] = [lines[at], first[at < 0 ? lines.length : at]];
    throw new Error(`node ${i + 1} derives ${has} in place of ${needs}`);
  }
}
