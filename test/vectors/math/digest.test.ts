import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { mathDigest } from './digest.ts';

const committed = JSON.parse(
  readFileSync(new URL('digest.json', import.meta.url), 'utf8'),
) as Record<string, string>;

describe('the digest of the mathematics', () => {
  it('is the committed one on this runtime, over 50,000 evaluations', () => {
    expect(mathDigest(50_000)).toBe(committed['50000']);
  });
});
