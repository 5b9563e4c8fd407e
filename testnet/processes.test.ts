import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeChain } from './create.ts';
import { openLog, rotateLog, tailLog } from './logFile.ts';
import { layout, makeSocketFolder } from './paths.ts';
import { acquire, identify, isRunning, MARK, readTable, sweep } from './processes.ts';
import { writeTable, type KnownProcess } from './processes.ts';
import { stopTestnet } from './stop.ts';
import { stoppedRecord, writeRecord, type TestnetRecord } from './testnetJson.ts';

let folder: string;
const spawned: ChildProcess[] = [];
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tenor-processes-')));
});
afterAll(() => {
  for (const child of spawned) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function subfolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** A process that runs until it is told to end. */
function idle(env: Record<string, string> = {}): KnownProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env });
  spawned.push(child);
  return identify(child.pid!)!;
}

const gone = { pid: 2 ** 22, startedAt: 'never', isEngine: false };

describe('a process', () => {
  it('is known by its id and its start, so that a reused id is not taken for it', () => {
    const known = idle();
    expect(isRunning(known)).toBe(true);
    expect(isRunning({ ...known, startedAt: 'another time' })).toBe(false);
    expect(isRunning(gone)).toBe(false);
  });
});

describe('what a launcher that is gone left behind', () => {
  it('is ended, with its sockets; a process that only got its id is left alone', async () => {
    const dir = subfolder('left');
    const [left, innocent] = [idle(), idle()];
    const socketFolder = makeSocketFolder();
    const reused = { ...innocent, startedAt: 'before' };
    writeTable(dir, { launcher: gone, socketFolder, processes: [left, reused] });
    expect(await stopTestnet(dir)).toBe(true);
    expect([left, innocent].map(isRunning)).toEqual([false, true]);
    expect([socketFolder, layout.processes(dir)].map(existsSync)).toEqual([false, false]);
    expect(await stopTestnet(dir)).toBe(false);
  });

  it('is found by its mark even when it never came into the table', async () => {
    if (!existsSync('/proc/self/environ')) return;
    const dir = subfolder('marked');
    const [marked, other] = [idle({ [MARK]: dir }), idle({ [MARK]: `${dir}2` })];
    expect(await sweep(dir)).toBe(1);
    expect([marked, other].map(isRunning)).toEqual([false, true]);
  });

  it('is ended by the next launcher, which then has the folder to itself', async () => {
    const dir = subfolder('next');
    const left = idle();
    writeTable(dir, { launcher: gone, socketFolder: null, processes: [left] });
    await acquire(dir);
    expect(isRunning(left)).toBe(false);
    expect(readTable(dir)!.launcher.pid).toBe(process.pid);
    await expect(acquire(dir)).rejects.toThrow(/runs in .*--stop --dir/s);
  });
});

describe('stopping', () => {
  it('asks a launcher that runs, and marks the network as stopped', async () => {
    const dir = subfolder('asked');
    const launcher = idle();
    writeTable(dir, { launcher, socketFolder: null, processes: [] });
    const pids = { engine: 1, app: 2, feeder: 3 };
    const record = {
      ready: true,
      nodes: [{ name: 'validator0', pids }],
      market: { url: 'http://127.0.0.1:1310', pid: 4 },
      accounts: [{ name: 'alice', address: 'tenor1', mnemonic: 'secret words' }],
    } as unknown as TestnetRecord;
    writeRecord(dir, record);
    expect(await stopTestnet(dir)).toBe(true);
    expect(isRunning(launcher)).toBe(false);
    const path = layout.testnetJson(dir);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(stoppedRecord(record));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('where nothing ever ran does nothing', async () => {
    expect(await stopTestnet(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('--reset', () => {
  it('removes a chain, and refuses a folder that holds anything else', () => {
    const dir = subfolder('reset');
    // The history of a chain goes with it.
    for (const name of ['validator0', 'history']) mkdirSync(join(dir, name));
    for (const name of ['testnet.json', 'history.lock']) writeFileSync(join(dir, name), '{}');
    writeFileSync(join(dir, 'thesis.txt'), 'years of work');
    expect(() => removeChain(dir)).toThrow(/thesis\.txt/);
    expect(existsSync(join(dir, 'validator0'))).toBe(true);
    rmSync(join(dir, 'thesis.txt'));
    removeChain(dir);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('a log', () => {
  it('is emptied when it is large, and its last three parts are kept', () => {
    const path = join(folder, 'logs', 'app.log');
    openLog(path);
    for (const part of ['one', 'two', 'three', 'four']) {
      writeFileSync(path, part);
      rotateLog(path, 2);
    }
    const contents = ['', '.1', '.2', '.3'].map((end) => readFileSync(path + end, 'utf8'));
    expect(contents).toEqual(['', 'four', 'three', 'two']);
    rotateLog(path, 2);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('four');
  });

  it('shows its last lines', () => {
    const path = join(folder, 'tail.log');
    writeFileSync(path, Array.from({ length: 1_000 }, (_, i) => `line ${i}\n`).join(''));
    expect(tailLog(path, 2)).toBe('line 998\nline 999');
    expect(tailLog(join(folder, 'no.log'))).toBe('');
  });
});
