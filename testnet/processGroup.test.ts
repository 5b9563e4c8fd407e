import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exit, ProcessSpec } from './child.ts';
import { sleep } from '../client/sleep.ts';
import { ProcessGroup, type GroupEvent } from './processGroup.ts';
import { isRunning, identify } from './processes.ts';
import { RestartPolicy } from './restartPolicy.ts';

let folder: string;
let groups: ProcessGroup[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-group-'));
});
afterEach(async () => {
  await Promise.all(groups.map((group) => group.killAll()));
  groups = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that writes when it starts and ends to a journal shared by its group. */
const steady = `
  const { appendFileSync } = require('node:fs');
  const note = (text) => appendFileSync(process.argv[2], process.argv[1] + text + '\\n');
  process.on('SIGTERM', () => { note(' ends'); process.exit(0); });
  note(' starts');
  setInterval(() => {}, 1000);
`;

let count = 0;
function makeGroup(
  scripts: Record<string, string>,
  fatal: (exit: Exit) => string | null = () => null,
) {
  const journal = join(folder, `journal${count++}`);
  const events: GroupEvent[] = [];
  const lines = () =>
    existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : [];
  const specs = Object.entries(scripts).map(([name, script]): ProcessSpec => ({
    name,
    command: process.execPath,
    args: ['-e', script, name, journal],
    env: {},
    logPath: join(folder, `${name}.log`),
    graceMs: 500,
    started: async (signal) => {
      while (!lines().includes(`${name} starts`) && !signal.aborted) await sleep(10, signal);
    },
  }));
  const group = new ProcessGroup({ specs, fatal, onEvent: (event) => events.push(event) });
  groups.push(group);
  return { group, events, lines };
}

/** Waits for something that must happen; jest's own limit ends a wait in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const restarts = (events: GroupEvent[]) => events.filter(({ kind }) => kind === 'restart').length;

describe('a group of processes', () => {
  it('starts in order and ends in the reverse order, leaving nothing', async () => {
    const { group, lines } = makeGroup({ app: steady, engine: steady });
    group.start();
    await until(() => lines().length === 2);
    const running = [group.pidOf('app')!, group.pidOf('engine')!].map((pid) => identify(pid)!);
    expect(running.every(isRunning)).toBe(true);
    await group.stop();
    expect(lines()).toEqual(['app starts', 'engine starts', 'engine ends', 'app ends']);
    expect(running.some(isRunning)).toBe(false);
    expect(group.pidOf('app')).toBeNull();
  });

  it('restarts together when either dies', async () => {
    const { group, events, lines } = makeGroup({ app: steady, engine: steady });
    group.start();
    await until(() => lines().length === 2);
    const before = group.pidOf('engine');
    expect(group.kill('app', 'SIGKILL')).toBe(true);
    await until(() => lines().filter((line) => line === 'engine starts').length === 2);
    expect(lines()).toContain('engine ends');
    expect(group.pidOf('engine')).not.toBe(before);
    expect(events).toContainEqual({
      kind: 'restart',
      reason: 'app ended (SIGKILL)',
      delayMs: 250,
    });
  });

  it('is never restarted after an end that forbids it, whichever death is seen first', async () => {
    // The engine dies of the application's death, and may be seen to die before it.
    const app = `${steady} setTimeout(() => process.exit(70), 150);`;
    const engine = `${steady} setTimeout(() => process.exit(1), 50);`;
    const { group, events } = makeGroup({ app, engine }, ({ name, code }) =>
      name === 'app' && code === 70 ? 'untrusted' : null,
    );
    group.start();
    await until(() => events.some(({ kind }) => kind === 'stopped'));
    expect(events.at(-1)).toMatchObject({ reason: expect.stringContaining('untrusted') });
    expect(restarts(events)).toBe(0);
  });

  it('tries for as long as it takes what is mended from outside', async () => {
    const events: GroupEvent[] = [];
    const group = new ProcessGroup({
      specs: [{ ...specOf('app'), args: ['-e', 'process.exit(74)'] }],
      fatal: () => null,
      outside: ({ code }) => (code === 74 ? 'the disk is full' : null),
      onEvent: (event) => events.push(event),
      // It would not allow a single restart.
      policy: { next: () => null } as unknown as RestartPolicy,
    });
    groups.push(group);
    group.start();
    await until(() => restarts(events) === 1);
    await group.stop();
    expect(events).toContainEqual({
      kind: 'restart',
      reason: 'app ended (exit 74): the disk is full',
      delayMs: 15_000,
    });
  });

  it('that cannot be started at all is reported, not thrown', async () => {
    const events: GroupEvent[] = [];
    const broken = new ProcessGroup({
      specs: [{ ...specOf('missing'), command: '/nonexistent/program' }],
      fatal: () => 'not there',
      onEvent: (event) => events.push(event),
    });
    groups.push(broken);
    broken.start();
    await until(() => events.some(({ kind }) => kind === 'stopped'));
    expect(events.at(-1)).toMatchObject({ reason: expect.stringContaining('127') });
  });

  it('stops at once while it waits to restart', async () => {
    const { group, events } = makeGroup({ app: 'process.exit(1)' });
    group.start();
    await until(() => restarts(events) === 1);
    await group.stop();
    expect(restarts(events)).toBe(1);
  });

  it('kills what does not listen to SIGTERM, once its grace is over', async () => {
    const deaf = steady.replace("note(' ends'); process.exit(0);", '');
    const { group, lines } = makeGroup({ app: deaf });
    group.start();
    await until(() => lines().length === 1);
    const running = identify(group.pidOf('app')!)!;
    await group.stop();
    expect(isRunning(running)).toBe(false);
  });
});

function specOf(name: string): ProcessSpec {
  const logPath = join(folder, `${name}.log`);
  return { name, command: process.execPath, args: [], env: {}, logPath, graceMs: 500 };
}

describe('the restart policy', () => {
  it('waits twice as long each time, and gives up after five in a minute', () => {
    const policy = new RestartPolicy();
    const delays = [0, 1, 2, 3, 4, 5].map((i) => policy.next(i * 1_000));
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, null]);
  });

  it('forgets what is more than a minute ago', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 5; i++) policy.next(i);
    expect(policy.next(59_999)).toBeNull();
    expect(policy.next(60_002)).toBe(1_000);
    expect(policy.next(600_000)).toBe(250);
  });
});
