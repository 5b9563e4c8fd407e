import { hash } from 'node:crypto';

// Where there is no Node, sha256.browser.ts takes its place (`browser` in package.json).

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return Uint8Array.from(hash('sha256', bytes, 'buffer'));
}
