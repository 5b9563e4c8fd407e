import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findChromium } from './chromium.ts';

test('Chromium is what $CHROMIUM names, else the first on the path that can be run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenor-chromium-'));
  try {
    const [program, text] = [join(folder, 'google-chrome'), join(folder, 'chromium')];
    writeFileSync(program, '', { mode: 0o755 });
    writeFileSync(text, '', { mode: 0o644 });
    expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(program);
    expect(findChromium({ PATH: folder, CHROMIUM: program })).toBe(program);
    expect(findChromium({ PATH: folder, CHROMIUM: text })).toBeNull();
    expect(findChromium({ PATH: '/nowhere' })).toBeNull();
    expect(findChromium({})).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
