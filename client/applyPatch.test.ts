import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from './applyPatch.ts';
import type { Json } from './applyPatch.ts';

const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString');
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, 1, 'x', [1, null]),
    fc
      .array(fc.tuple(key, tie('tree')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** As RFC 7386 has it, over lists of names and values. */
function merged(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const entries = new Map<string, unknown>(isObject(document) ? Object.entries(document) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) entries.delete(name);
    else entries.set(name, merged(entries.get(name), value));
  }
  return Object.fromEntries(entries);
}

describe('a patch', () => {
  it('does what RFC 7386 says, whatever names are called, and leaves what was as it was', () => {
    fc.assert(
      fc.property(tree, tree, (document, patch) => {
        const before = JSON.stringify(document);
        const after = applyPatch(document, patch);
        expect(JSON.stringify(after)).toBe(JSON.stringify(merged(document, patch)));
        expect(JSON.stringify(document)).toBe(before);
        if (isObject(after)) expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
      }),
    );
  });

  it('shares what it does not touch', () => {
    const document = { series: { A: { bid: 1 }, B: { bid: 2 } }, rest: { deep: [1] } };
    const after = applyPatch(document, { series: { A: { bid: 3 } } }) as typeof document;
    expect(after).toEqual({ series: { A: { bid: 3 }, B: { bid: 2 } }, rest: { deep: [1] } });
    expect(after.series.B).toBe(document.series.B);
    expect(after.rest).toBe(document.rest);
  });
});
