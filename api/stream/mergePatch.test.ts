import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from '../../client/applyPatch.ts';
import { mergePatch, withoutNulls } from './mergePatch.ts';
import type { JsonObject } from './mergePatch.ts';

const documents = fc
  .dictionary(
    fc.constantFrom('a', 'b', '1', '__proto__x'),
    fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('1', '2', 3, true),
        fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { noNullPrototype: true }),
      ),
    })).value,
    { noNullPrototype: true },
  )
  .map((document) => document as JsonObject);

test('a patch makes the one document of the other, and nothing of equal ones', () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const patch = mergePatch(before, after);
      expect(applyPatch(before, patch ?? {})).toEqual(after);
      expect(mergePatch(after, after)).toBeUndefined();
      if (patch === undefined) expect(before).toEqual(after);
    }),
  );
});

// The examples of RFC 7386, appendix A, that keep to objects without nulls.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched by %j is %j', (before, patch, after) => {
  expect(applyPatch(before, patch)).toEqual(after);
});

test('what does not exist is left out of documents', () => {
  expect(withoutNulls({ a: null, b: { c: null, d: [null, { e: null }] } })).toEqual({
    b: { d: [null, { e: null }] },
  });
});
