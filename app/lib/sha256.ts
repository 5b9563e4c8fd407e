import { hash } from 'node:crypto';

// Where there is no Node, sha256.browser.ts takes its place (`browser` in package.json).

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  // By way of a string: a buffer from the library takes twice as long.
  return new Uint8Array(Buffer.from(hash('sha256', bytes, 'binary'), 'latin1'));
}
