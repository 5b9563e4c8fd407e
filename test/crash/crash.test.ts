import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DiskError } from '../../app/store/disk.ts';
import { damages, dataFiles } from './damage.ts';
import { atAnyMoment, atChange, atPoint, killUntilDone } from './killed.ts';
import type { Place, Stage } from './killed.ts';
import { NodeProcess } from './nodeProcess.ts';
import { play } from './players.ts';
import { powerCut, readTrace, saidBefore, writeFolder } from './powerCut.ts';
import { buildFaultLayer, buildProgram } from './programs.ts';
import { Random, campaign, runsOf, tally } from './random.ts';
import { record, writeRecording } from './recording.ts';
import { makeHome, mountDisk, remount, removeHome, stopsAndGoesOn } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Recording } from './recording.ts';
import { Replica } from './replica.ts';

const HEIGHT = 32;
/** Blocks that a state found after a fault is played on, to see that it is what it seems. */
const PLAYED_ON = 2;
/** Room for some of the blocks. */
const FULL_KIB = 100;
const EIO = 5;
const EXIT_BROKEN = 70;

let stage: Stage;
let recording: Recording;
let library: string | undefined;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenor-crash-'));
  recording = await record(HEIGHT);
  const path = join(folder, 'recording.json');
  writeRecording(path, recording);
  stage = {
    folder,
    recording: path,
    program: await buildProgram('test/crash/player.ts'),
    height: HEIGHT,
  };
  library = buildFaultLayer(folder);
});

afterAll(() => {
  rmSync(stage.folder, { recursive: true, force: true });
  rmSync(stage.program, { force: true });
});

/** Figures of a long campaign are wanted, those of every test run are not. */
function report(name: string, outcomes: readonly string[]): void {
  if (process.env['CRASH_RUNS'] !== undefined) console.log(name, outcomes.length, tally(outcomes));
}

/** The fault layer, or undefined with a word of what is left out. */
function faultLayer(): string | undefined {
  if (library === undefined) console.warn('left out, for it takes Linux and a C compiler (cc)');
  return library;
}

describe('a node that is killed has the old height or the new, and goes on the same', () => {
  async function killed(name: string, place: Place): Promise<void> {
    const runs = await campaign(runsOf(1), (seed) => killUntilDone(stage, seed, place));
    expect(runs.flat()).toContain('the old height');
    report(name, runs.flat());
  }

  test('at points around its batch and while it is written', () =>
    killed('killed around and in the batch', atPoint));

  test('at any moment', () => killed('killed at any moment', atAnyMoment));

  test('before or in the middle of any change of its files', async () => {
    const layer = faultLayer();
    if (layer !== undefined) await killed('killed at changes', atChange(layer));
  });
});

test('a power cut at any change of the files loses nothing that was committed', async () => {
  const layer = faultLayer();
  if (layer === undefined) return;
  const folder = join(stage.folder, 'traced');
  const trace = join(stage.folder, 'trace');
  mkdirSync(folder);
  const played = await play({ ...stage, folder, faults: { library: layer, trace } });
  expect(played.stderr).toBe('');
  expect(played.done).toBe(true);
  const changes = readTrace(trace);
  const outcomes = await campaign(runsOf(40), async (seed) => {
    const random = new Random(seed);
    const cut = 1 + random.below(changes.length);
    const path = join(stage.folder, `cut-${seed}`);
    writeFolder(path, powerCut(changes, cut, random));
    const replica = await Replica.open(path, recording);
    const { height } = replica;
    expect(height).toBeGreaterThanOrEqual(saidBefore(changes, cut, 'committed'));
    expect(height).toBeLessThanOrEqual(saidBefore(changes, cut, 'sealed'));
    const committed = saidBefore(changes, cut, 'committed');
    await replica.playTo(Math.min(height + PLAYED_ON, HEIGHT));
    await replica.close();
    rmSync(path, { recursive: true });
    return height > committed ? 'the new height' : 'the old height';
  });
  report('power cuts', outcomes);
});

describe('a database that was damaged', () => {
  let whole: string;
  let earlier: string;

  beforeAll(async () => {
    whole = join(stage.folder, 'whole');
    earlier = join(stage.folder, 'earlier');
    const replica = await Replica.open(whole, recording);
    await replica.playTo(HEIGHT >> 1);
    await replica.close();
    cpSync(whole, earlier, { recursive: true });
    const again = await Replica.open(whole, recording);
    await again.playTo(HEIGHT - PLAYED_ON);
    await again.close();
  });

  test('in any way is as it was at some height, or says what is wrong and what to do', async () => {
    const kinds = Object.keys(damages);
    const outcomes = await campaign(runsOf(6 * kinds.length), async (seed) => {
      const random = new Random(seed);
      const kind = kinds[seed % kinds.length]!;
      const path = join(stage.folder, `damaged-${seed}`);
      cpSync(whole, path, { recursive: true });
      damages[kind]!(path, random.pick(dataFiles(path)), random, earlier);
      const outcome = await outcomeOf(path);
      rmSync(path, { recursive: true });
      return `${kind}: ${outcome}`;
    });
    report('damages', outcomes);
    expect(outcomes.some((outcome) => outcome.endsWith('named'))).toBe(true);
    expect(outcomes.some((outcome) => outcome.endsWith('as it was'))).toBe(true);
  });

  /** @throws Error for anything but a state that some height had, or a DiskError that helps */
  async function outcomeOf(path: string): Promise<string> {
    let replica: Replica;
    try {
      replica = await Replica.open(path, recording);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      expect(error.message).toMatch(/restore it from a backup, or remove it and sync/);
      return 'named';
    }
    const { height } = replica;
    await replica.playTo(Math.min(height + PLAYED_ON, HEIGHT));
    await replica.close();
    if (height === HEIGHT - PLAYED_ON) return 'as it was';
    return height === 0 ? 'begun anew' : 'as it was at an earlier height';
  }
});

describe('a node whose disk refuses stops before it answers, and a mended disk goes on', () => {
  let app: string;
  let home: string;

  beforeAll(async () => {
    app = await buildProgram('app/main.ts');
  });

  afterAll(() => {
    rmSync(app, { force: true });
  });

  beforeEach(() => {
    home = makeHome();
  });

  afterEach(() => {
    removeHome(home);
  });

  const stops = (refusal: Refusal, mend?: () => void) =>
    stopsAndGoesOn(app, home, recording, refusal, mend);

  test('when it is full', async () => {
    let stopped: number;
    if (mountDisk(home, FULL_KIB)) {
      const says = /No space left on device\): make room on the disk, and start again/;
      stopped = await stops({ says, lasts: true }, () => remount(home, 'size=64m'));
    } else {
      // Without the right to mount a disk of its own: a limit on the size of each file.
      const limit = `trap '' XFSZ; ulimit -f ${2 * FULL_KIB}; exec "$@"`;
      const command = ['sh', '-c', limit, 'sh'];
      stopped = await stops({ command, says: /File too large\): make room/, lasts: false });
    }
    expect(stopped).toBeGreaterThan(0);
  });

  test('when it is read-only', async () => {
    if (!mountDisk(home, 65_536)) return;
    mkdirSync(join(home, 'data', 'app'));
    remount(home, 'ro');
    await stops({ lasts: true, says: /Read-only file system\): mount it writable/ }, () =>
      remount(home, 'rw'),
    );
  });

  test('and one of another chain is refused for good', async () => {
    const database = join(home, 'data', 'app');
    const replica = await Replica.open(database, recording);
    await replica.playTo(1);
    await replica.close();
    mkdirSync(join(home, 'config'));
    writeFileSync(join(home, 'config', 'genesis.json'), '{"chain_id":"another-1"}');
    const node = NodeProcess.start(app, home);
    expect(await node.exitCode).toBe(EXIT_BROKEN);
    expect(node.log).toMatch(/is of chain tenor-test-1, the genesis file of another-1: give each/);
  });

  test('when writes or syncs fail from some time on', async () => {
    const layer = faultLayer();
    if (layer === undefined) return;
    for (const failAt of [30, 61]) {
      const env = (database: string) => ({
        LD_PRELOAD: layer,
        FAULT_DIR: database,
        FAULT_FAIL_AT: String(failAt),
        FAULT_ERRNO: String(EIO),
      });
      await stops({
        env,
        lasts: true,
        says: /Input\/output error\): the disk is failing: check it/,
      });
      rmSync(join(home, 'data', 'app'), { recursive: true });
    }
  });
});
