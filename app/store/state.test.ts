import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { State } from './state.ts';
import type { Attachment, Joined } from './state.ts';

const bytesOf = (value: number) => Uint8Array.of(value);
const STORES = ['a', 'b'];

/** The obvious way: whole copies. */
class Model {
  values = new Map<string, number>();
  dirty = new Map<string, number | null>();
  /** When the block began. */
  start: ReadonlyMap<string, number> = new Map();

  copy(): Model {
    const copy = new Model();
    copy.values = new Map(this.values);
    copy.dirty = new Map(this.dirty);
    copy.start = this.start;
    return copy;
  }

  begin(): void {
    this.dirty.clear();
    this.start = new Map(this.values);
  }

  /** What the block changed: by now, and before; not what came and went within it. */
  taken(): [string, number | null, number | undefined][] {
    return sorted(this.dirty)
      .map(([at, now]): [string, number | null, number | undefined] => [
        at,
        now,
        this.start.get(at),
      ])
      .filter(([, now, before]) => now !== null || before !== undefined);
  }
}

type Op =
  | { readonly kind: 'set' | 'derive'; store: string; key: string; value: number }
  | { readonly kind: 'delete'; store: string; key: string }
  | { readonly kind: 'mark' | 'rollback' | 'take' | 'fork' };

const key = fc.constantFrom('k1', 'k2', 'k3', 'k4', '\xff', '');
const store = fc.constantFrom(...STORES);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set'), store, key, value: fc.nat(255) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), store, key }) },
  // Derived entries live under keys of their own.
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('derive'),
      store,
      key: fc.constantFrom('d1', 'd2'),
      value: fc.nat(255),
    }),
  },
  fc.record({ kind: fc.constantFrom('mark', 'mark', 'rollback', 'rollback', 'take', 'fork') }),
);

function entriesOf(state: State): [string, number][] {
  return STORES.flatMap((name) => {
    const found: [string, number][] = [];
    let entry = state.next(name, '', false, false);
    while (entry !== undefined) {
      found.push([`${name}/${entry[0]}`, entry[1] as number]);
      entry = state.next(name, entry[0], false, true);
    }
    return found;
  });
}

const sorted = <V>(map: ReadonlyMap<string, V>): [string, V][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Does the same to both, with marks as copies of the model. */
class Pair {
  state = new State();
  model = new Model();
  marks: { state: ReturnType<State['mark']>; model: Model }[] = [];
  readonly forks: { state: State; model: Model }[] = [];

  apply(step: Op): void {
    if (step.kind === 'set' || step.kind === 'derive') {
      const isDerived = step.kind === 'derive';
      this.state.set(step.store, step.key, step.value, isDerived ? undefined : bytesOf(step.value));
      this.model.values.set(`${step.store}/${step.key}`, step.value);
      if (!isDerived) this.model.dirty.set(`${step.store}/${step.key}`, step.value);
    } else if (step.kind === 'delete') {
      this.state.delete(step.store, step.key, false);
      this.model.values.delete(`${step.store}/${step.key}`);
      this.model.dirty.set(`${step.store}/${step.key}`, null);
    } else if (step.kind === 'mark') {
      this.marks.push({ state: this.state.mark(), model: this.model.copy() });
    } else if (step.kind === 'rollback') {
      const mark = this.marks.pop();
      if (mark === undefined) return;
      this.state.rollback(mark.state);
      this.model = mark.model;
    } else if (step.kind === 'take') {
      expect(takenOf(this.state)).toEqual(this.model.taken());
      this.model.begin();
      this.marks = [];
    } else {
      this.forks.push({ state: this.state, model: this.model.copy() });
      this.state = this.state.fork();
      this.model.begin();
      this.marks = [];
    }
  }
}

function takenOf(state: State): [string, number | null, unknown][] {
  return state
    .takeChanges()
    .flatMap(({ store: name, changes }) =>
      changes.map(([k, bytes, before]): [string, number | null, unknown] => [
        `${name}/${k}`,
        bytes?.[0] ?? null,
        before,
      ]),
    );
}

describe('a state', () => {
  test('does what a map with copies does, under writes, marks, rollbacks, blocks and forks', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (steps) => {
        const pair = new Pair();
        for (const step of steps) {
          pair.apply(step);
          expect(entriesOf(pair.state)).toEqual(sorted(pair.model.values));
        }
        expect(takenOf(pair.state)).toEqual(pair.model.taken());
        // What was forked from is untouched by what came after.
        for (const fork of pair.forks) {
          expect(entriesOf(fork.state)).toEqual(sorted(fork.model.values));
        }
      }),
      { numRuns: Number(process.env['TENOR_FUZZ_RUNS'] ?? 150) },
    );
  });

  test('steps to the next and the last entry from any key, there or not', () => {
    const state = new State();
    for (const k of ['b', 'd', 'f']) state.set('a', k, k, bytesOf(0));
    const step = (from: string | undefined, reverse: boolean, exclusive: boolean) =>
      state.next('a', from, reverse, exclusive)?.[0];
    expect(step('d', false, false)).toBe('d');
    expect(step('d', false, true)).toBe('f');
    expect(step('c', false, false)).toBe('d');
    expect(step('f', false, true)).toBeUndefined();
    expect(step('d', true, false)).toBe('d');
    expect(step('d', true, true)).toBe('b');
    expect(step('e', true, false)).toBe('d');
    expect(step(undefined, true, true)).toBe('f');
    expect(state.next('empty', '', false, false)).toBeUndefined();
  });

  test('keeps order and versions apart in large trees', () => {
    const state = new State();
    const name = (i: number) => String(i).padStart(5, '0');
    for (let i = 0; i < 5_000; i++) state.set('a', name((i * 7_919) % 5_000), i, bytesOf(0));
    state.takeChanges();
    const before = state.fork();
    const mark = state.mark();
    for (let i = 0; i < 5_000; i += 2) state.delete('a', name(i), false);
    const half = state.fork();
    state.rollback(mark);
    expect([before, half, state].map((s) => s.size('a'))).toEqual([5_000, 2_500, 5_000]);
    expect(entriesOf(state)).toEqual(entriesOf(before));
    expect(entriesOf(half).map(([k]) => k)).toEqual(
      Array.from({ length: 2_500 }, (_, i) => `a/${name(2 * i + 1)}`),
    );
    expect(state.takeChanges()).toEqual([]);
  });

  test('refuses undefined as a value and a mark that was rolled back already', () => {
    const state = new State();
    expect(() => state.set('a', 'k', undefined, bytesOf(0))).toThrow('undefined');
    const outer = state.mark();
    state.set('a', 'k', 1, bytesOf(1));
    const inner = state.mark();
    state.rollback(outer);
    expect(() => state.rollback(inner)).toThrow('rolled back already');
  });
});

describe('a joined structure', () => {
  /** A list that grows by one a step, and is rebuilt from what was flushed. */
  const log: Attachment<Joined & { items: number[] }> = {
    name: 'log',
    create: (state) => ({
      items: [...((state.get('a', 'log') as number[] | undefined) ?? [])],
      mark() {
        return this.items.length;
      },
      rollback(mark) {
        // The start of one that was built after the mark is what the keys held.
        const flushed = (state.get('a', 'log') as number[] | undefined)?.length ?? 0;
        this.items.length = Math.max(mark, flushed);
      },
      flush() {
        state.set('a', 'log', [...this.items], bytesOf(this.items.length));
      },
    }),
  };

  test('follows marks, is flushed with the block, and is built anew for a fork', () => {
    const state = new State();
    state.attach(log).items.push(1);
    const mark = state.mark();
    state.attach(log).items.push(2);
    state.rollback(mark);
    expect(state.attach(log).items).toEqual([1]);
    expect(takenOf(state)).toEqual([['a/log', 1]]);
    const fork = state.fork();
    fork.attach(log).items.push(3);
    expect(state.attach(log).items).toEqual([1]);
    expect(fork.attach(log).items).toEqual([1, 3]);
  });

  test('that was built since the mark goes back to its own start', () => {
    const state = new State();
    state.attach(log).items.push(1, 2);
    state.takeChanges();
    const fork = state.fork();
    const mark = fork.mark();
    fork.attach(log).items.push(3);
    fork.rollback(mark);
    expect(fork.attach(log).items).toEqual([1, 2]);
  });
});
