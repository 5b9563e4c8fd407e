import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memo } from './memo.ts';

test('a memo gives what the function gives, and computes only what it has forgotten', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 6 }), (asked, capacity) => {
      const computed: string[] = [];
      const remembered = memo((text) => {
        computed.push(text);
        return text === 'a' ? null : text.toUpperCase();
      }, capacity);
      for (const [i, text] of asked.entries()) {
        const before = computed.length;
        expect(remembered(text)).toBe(text === 'a' ? null : text.toUpperCase());
        // Among the last `capacity` different texts: not computed again.
        const last = new Set<string>();
        for (let j = i - 1; j >= 0 && last.size < capacity; j--) last.add(asked[j]!);
        if (last.has(text) && text !== 'a') expect(computed).toHaveLength(before);
      }
    }),
  );
});
