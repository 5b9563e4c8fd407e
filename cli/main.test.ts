import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../dist/tenor.mjs', import.meta.url));
const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TENOR_NODE: '127.0.0.1:9' };

const tenor = (...args: string[]) => spawnSync(process.execPath, [built, ...args], { env });

// Set-up builds it before any test runs; a single file run by hand may come earlier.
(existsSync(built) ? describe : describe.skip)('the built program', () => {
  it('ends with the code of what happened', () => {
    expect(tenor('--help').status).toBe(0);
    expect(tenor('order', 'place').status).toBe(2);
    const { status, stdout } = tenor('oracle', 'prices', '--json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout.toString())).toMatchObject({ error: { exitCode: 3 } });
  });
});
