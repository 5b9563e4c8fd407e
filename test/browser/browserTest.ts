import { test } from '@jest/globals';
import { findChromium } from './chromium.ts';

const MISSING =
  'Chromium is not installed, so nothing was tried in a browser: `apt-get install chromium` ' +
  'installs it, or $CHROMIUM names one.';

/** A test in a browser; skipped, with a plain message, on a machine without one. */
export function browserTest(name: string, run: () => Promise<void>, limitMs: number): void {
  if (findChromium() === null) {
    console.error(MISSING);
    test.skip(name, run, limitMs);
  } else {
    test(name, run, limitMs);
  }
}
