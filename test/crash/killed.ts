import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { play } from './players.ts';
import type { Played, PlayOptions } from './players.ts';
import { Random } from './random.ts';

export interface Stage {
  readonly folder: string;
  readonly program: string;
  /** The path of the recorded chain, and its height. */
  readonly recording: string;
  readonly height: number;
}

/** Where and how one start is killed. */
export type Place = (random: Random, next: number) => Partial<PlayOptions>;

const POINTS = ['begin', 'sealed', 'writing', 'committed'] as const;
/** A batch takes up to this long. */
const WRITING_US = 4_000;
const PLAYING_MS = 700;
/** Changes of files in some twenty blocks. */
const CHANGES = 160;

/** Around the batch, or while it is written. */
export const atPoint: Place = (random, height) => {
  const point = random.pick(POINTS);
  const afterUs = point === 'writing' ? random.below(WRITING_US) : random.below(300);
  return { at: { point, height, afterUs } };
};

export const atAnyMoment: Place = (random) => ({ killAfterMs: random.below(PLAYING_MS) });

/** Before a change of a file, or in the middle of it. */
export const atChange =
  (library: string): Place =>
  (random) => ({
    faults: { library, killAt: 1 + random.below(CHANGES), torn: random.below(1_000) },
  });

/**
 * Kills a chain again and again at places that the seed chooses, until it is whole. Each start must
 * find the last height that was said to be committed, or the one that was being written; the player
 * compares the app hash of what it finds and of each block with those of the recording.
 */
export async function killUntilDone(stage: Stage, seed: number, place: Place): Promise<string[]> {
  const random = new Random(seed);
  const folder = join(stage.folder, `killed-${seed}`);
  mkdirSync(folder);
  const outcomes: string[] = [];
  let committed = 0;
  let sealed = 0;
  for (let done = false; !done;) {
    const next = Math.min(committed + 1 + random.below(8), stage.height);
    const played = await play({ ...stage, folder, ...place(random, next) });
    outcomes.push(judge(played, committed, sealed));
    sealed = Math.max(played.opened ?? sealed, played.sealed);
    committed = Math.max(committed, played.opened ?? 0, played.committed);
    done = played.done;
  }
  rmSync(folder, { recursive: true });
  return outcomes;
}

function judge(played: Played, committed: number, sealed: number): string {
  const { opened, done, killed, code, stderr } = played;
  if (!done && !killed) throw new Error(`it ended with exit ${code}: ${stderr}`);
  if (opened === undefined) return 'killed while it started';
  if (opened < committed) throw new Error(`height ${committed} was committed and is lost`);
  if (opened > Math.max(sealed, committed)) throw new Error(`height ${opened} was not sealed`);
  return opened > committed ? 'the new height' : 'the old height';
}
