import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCometbft, judge, moduleVersion } from './setup/cometbft.mjs';
import { recallCometbft, rememberCometbft } from './setup/cometbft.mjs';
import { checkNode, dependenciesReady, matchesLock, satisfies } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError, run, step } from './setup/progress.mjs';
import { count, filesAgain } from './test.mjs';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-setup-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function subfolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function program(path: string, prints: string): string {
  writeFileSync(path, `#!/bin/sh\necho '${prints}'\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('Node and its packages', () => {
  it('a version is compared part by part, as numbers', () => {
    expect(satisfies('v20.19.0', '>=20.19.0')).toBe(true);
    expect(satisfies('v20.9.9', '>=20.19.0')).toBe(false);
    expect(satisfies('v22.0.0', '>=20.19.0')).toBe(true);
    expect(satisfies('v18.20.0', '>=20.19.0')).toBe(false);
  });

  it('a Node that is too old is named, with a command that installs a newer one', () => {
    const root = subfolder('old-node');
    writeFileSync(join(root, 'package.json'), '{"engines":{"node":">=20.19.0"}}');
    expect(() => checkNode(root, 'v18.1.0')).toThrow(/this is v18\.1\.0[\s\S]*nvm install/);
    expect(() => checkNode(root, 'v24.0.0')).not.toThrow();
  });

  it('packages installed by hand count when they are those of the lock file', () => {
    const lock = { packages: { '': {}, a: { version: '1.0.0' }, b: { version: '2.0.0' } } };
    const hand = { packages: { a: { version: '1.0.0' }, b: { version: '2.0.0' } } };
    expect(matchesLock(lock, hand)).toBe(true);
    expect(matchesLock(lock, { packages: { ...hand.packages, b: { version: '2.1.0' } } })).toBe(
      false,
    );
    expect(matchesLock(lock, { packages: { a: { version: '1.0.0' } } })).toBe(false);
  });

  it('packages for other platforms may be absent', () => {
    const lock = { packages: { a: { version: '1.0.0', optional: true } } };
    expect(matchesLock(lock, { packages: {} })).toBe(true);
  });

  it('a changed lock file asks for another install', () => {
    const root = subfolder('lock-changes');
    mkdirSync(join(root, 'node_modules'));
    const write = (version: string, path: string) =>
      writeFileSync(join(root, path), JSON.stringify({ packages: { a: { version } } }));
    write('1.0.0', 'package-lock.json');
    expect(dependenciesReady(root)).toBe(false);
    write('1.0.0', 'node_modules/.package-lock.json');
    expect(dependenciesReady(root)).toBe(true);
    write('1.0.1', 'package-lock.json');
    expect(dependenciesReady(root)).toBe(false);
  });
});

describe('CometBFT', () => {
  it('is known by the module version that Go reads from the binary', () => {
    const output = 'x: go1.26.8\n\tpath\tp\n\tmod\tgithub.com/cometbft/cometbft\tv0.40.0\th1:=\n';
    expect(moduleVersion(output)).toBe('v0.40.0');
    expect(moduleVersion('x: go1.26.8\n')).toBeNull();
    expect(judge('v0.38.26', '0.38.26')).toEqual({
      ...{ ok: true, engine: '0.38', version: 'v0.38.26' },
    });
    expect(judge('v0.40.0', '0.39.0')).toEqual({ ok: true, engine: '0.40', version: 'v0.40.0' });
    expect(judge('v0.37.5', '0.37.5')).toEqual({ ok: false, reason: 'it is v0.37.5' });
  });

  it('is taken with a warning at its word when there is no Go', () => {
    const notice = expect.stringContaining('without Go');
    expect(judge(null, '0.38.26')).toMatchObject({ ok: true, version: 'v0.38.26', notice });
    expect(judge(null, '0.39.0')).toMatchObject({ ok: true, version: 'v0.40.0', notice });
    expect(judge(null, '0.37.5')).toMatchObject({ ok: false });
    expect(judge(null, null)).toMatchObject({ ok: false });
  });

  it('of another line is never taken for the one that is wanted, unless $COMETBFT names it', () => {
    const [root, path] = [subfolder('lines'), subfolder('lines-path')];
    const later = program(join(path, 'cometbft'), '0.39.0');
    const env = { PATH: path };
    expect(findCometbft(root, { env })?.path).not.toBe(later);
    expect(findCometbft(root, { engine: '0.40', env })).toMatchObject({ path: later });
    const named = { COMETBFT: later };
    expect(findCometbft(root, { env: named })).toMatchObject({ path: later, version: 'v0.40.0' });
    expect(() => findCometbft(root, { engine: '0.38', env: named })).toThrow(
      /CometBFT v0\.38\.26 is needed and it is v0\.40\.0/,
    );
  });

  it('of each line is remembered by itself', () => {
    const root = subfolder('both');
    const [one, other] = ['0.38.26', '0.39.0'].map((v) => program(join(root, v), v));
    for (const [engine, path] of [
      ['0.38', one],
      ['0.40', other],
    ] as const) {
      const version = engine === '0.38' ? 'v0.38.26' : 'v0.40.0';
      rememberCometbft(
        root,
        { ok: true, from: 'PATH', path: path!, engine, version },
        { engine, env: {} },
      );
    }
    expect(recallCometbft(root, { env: {} })).toMatchObject({ path: one });
    expect(recallCometbft(root, { engine: '0.40', env: {} })).toMatchObject({ path: other });
  });

  it('a wrong $COMETBFT is an error that names what it is, not a reason to look elsewhere', () => {
    const bin = program(join(folder, 'wrong'), '0.37.5');
    expect(() => findCometbft(folder, { env: { COMETBFT: bin } })).toThrow(
      /it says it is 0\.37\.5/,
    );
    const nowhere = { env: { COMETBFT: '/nonexistent' } };
    expect(() => findCometbft(folder, nowhere)).toThrow(SetupError);
  });

  it('is found on PATH past a wrong one, and remembered until the file changes', () => {
    const [first, second] = [subfolder('path1'), subfolder('path2')];
    program(join(first, 'cometbft'), '0.37.5');
    const right = program(join(second, 'cometbft'), '0.38.26');
    const env = { PATH: `${first}:${second}` };
    const found = findCometbft(folder, { env });
    expect(found).toMatchObject({ path: right, from: 'PATH', version: 'v0.38.26' });
    rememberCometbft(folder, found!, { env });
    expect(recallCometbft(folder, { env })).toMatchObject({ path: right });
    expect(recallCometbft(folder, { env: { ...env, COMETBFT: '/other' } })).toBeNull();
    program(right, 'something else');
    expect(recallCometbft(folder, { env })).toBeNull();
  });
});

describe('the set-up lock', () => {
  it('lets one process work at a time, and is gone afterwards', async () => {
    const path = join(folder, 'one.lock');
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      events.push(`${name} out`);
    };
    await Promise.all([withLock(path, work('a')), withLock(path, work('b'))]);
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(path)).toBe(false);
  });

  it('is released when the work fails', async () => {
    const path = join(folder, 'fails.lock');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  it('of a process that is gone, or that stopped touching it, is taken over', async () => {
    const path = join(folder, 'stale.lock');
    writeFileSync(path, '4194304'); // above the largest process id
    await expect(withLock(path, () => Promise.resolve('ours'))).resolves.toBe('ours');
    writeFileSync(path, String(process.pid));
    utimesSync(path, 0, 0);
    await expect(withLock(path, () => Promise.resolve('ours'))).resolves.toBe('ours');
  });
});

describe('progress', () => {
  const stream = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, write: (text: string) => written.push(text), written };
  };

  it('is in plain lines when nobody watches a terminal', async () => {
    const log = stream(false);
    await expect(step('Building', () => Promise.resolve(7), log)).resolves.toBe(7);
    expect(log.written.join('')).toBe('  Building…\n  Building: done in 0 s\n');
  });

  it('rewrites one line on a terminal', async () => {
    const terminal = stream(true);
    await expect(step('Building', () => Promise.reject(new Error('no')), terminal)).rejects.toThrow(
      'no',
    );
    expect(terminal.written.join('')).toBe('  Building…\r  Building: failed after 0 s\n');
  });

  it('shows what a failing command printed', async () => {
    const fail = run(process.execPath, ['-e', 'console.log("the cause"); process.exit(3)']);
    await expect(fail).rejects.toThrow(/exit 3[\s\S]*the cause/);
    await expect(run('/nonexistent', [])).rejects.toThrow(SetupError);
  });
});

describe('the last line of a test run', () => {
  const results = (passed: number, failed: number, broken: number) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: broken,
  });

  it('counts a file that does not run as a failure', () => {
    expect(count(results(5, 0, 0), 0)).toEqual({ passed: 5, failed: 0 });
    expect(count(results(5, 2, 1), 1)).toEqual({ passed: 5, failed: 3 });
  });

  it('has a failure when no test ran, or Jest failed for another reason', () => {
    expect(count(results(0, 0, 0), 0)).toEqual({ passed: 0, failed: 1 });
    expect(count(results(5, 0, 0), 1)).toEqual({ passed: 5, failed: 1 });
  });

  it('runs again what failed in real time, unless anything else failed too', () => {
    const again = (...failed: string[]) =>
      filesAgain(
        [
          { name: '/here/test/e2e/flood.test.ts', status: 'passed' },
          ...failed.map((path) => ({ name: `/here/${path}`, status: 'failed' })),
        ],
        '/here',
      );
    expect(again()).toEqual([]);
    expect(again('test/e2e/verify.test.ts', 'feeder/feeder.test.ts')).toEqual([
      'test/e2e/verify.test.ts',
      'feeder/feeder.test.ts',
    ]);
    expect(again('test/e2e/verify.test.ts', 'app/lib/math/exp.test.ts')).toEqual([]);
    expect(again(...[1, 2, 3, 4].map((n) => `test/e2e/${n}.test.ts`))).toEqual([]);
  });
});

describe('the programs', () => {
  it('package.json names scripts that exist', () => {
    const root = new URL('../', import.meta.url);
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const files = Object.values(scripts).flatMap((line) => line.match(/scripts\/\S+\.mjs/g) ?? []);
    expect(files).toContain('scripts/setup.mjs');
    for (const file of files)
      expect({ file, there: existsSync(new URL(file, root)) }).toEqual({ file, there: true });
  });
});
