import {
  copyFileSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';

const PAGE_BYTES = 4_096;

/** Files of a closed database that hold something; LevelDB's own log of what it does is no data. */
export function dataFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('LOG') && name !== 'LOCK')
    .filter((name) => statSync(join(folder, name)).size > 0)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Changes the bytes of a file in place. */
function edit(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

/** What can happen to the files of a folder, each as the seed chooses. */
export const damages: Readonly<
  Record<string, (folder: string, name: string, random: Random, earlier: string) => void>
> = {
  'a bit flipped': (folder, name, random) => {
    edit(join(folder, name), (bytes) => {
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    });
  },
  'a byte overwritten': (folder, name, random) => {
    edit(join(folder, name), (bytes) => (bytes[random.below(bytes.length)] = random.below(256)));
  },
  'cut short': (folder, name, random) => {
    truncateSync(join(folder, name), random.below(statSync(join(folder, name)).size));
  },
  'a page of zeros': (folder, name, random) => {
    edit(join(folder, name), (bytes) => {
      const from = PAGE_BYTES * random.below(Math.ceil(bytes.length / PAGE_BYTES));
      bytes.subarray(from, from + PAGE_BYTES).fill(0);
    });
  },
  'a page of noise': (folder, name, random) => {
    edit(join(folder, name), (bytes) => {
      const from = PAGE_BYTES * random.below(Math.ceil(bytes.length / PAGE_BYTES));
      for (let i = from; i < Math.min(from + PAGE_BYTES, bytes.length); i++) {
        bytes[i] = random.below(256);
      }
    });
  },
  'a page of another place': (folder, name, random) => {
    edit(join(folder, name), (bytes) => {
      const pages = Math.ceil(bytes.length / PAGE_BYTES);
      bytes.copy(bytes, PAGE_BYTES * random.below(pages), PAGE_BYTES * random.below(pages));
    });
  },
  'bytes appended': (folder, name, random) => {
    const bytes = readFileSync(join(folder, name));
    const more = Buffer.from(
      Array.from({ length: 1 + random.below(9_000) }, () => random.below(256)),
    );
    writeFileSync(join(folder, name), Buffer.concat([bytes, more]));
  },
  missing: (folder, name) => {
    unlinkSync(join(folder, name));
  },
  'swapped with another': (folder, name, random) => {
    const other = random.pick(dataFiles(folder));
    const bytes = readFileSync(join(folder, name));
    copyFileSync(join(folder, other), join(folder, name));
    writeFileSync(join(folder, other), bytes);
  },
  'an earlier file of its kind over it': (folder, name, random, earlier) => {
    const kind = /\.\w+$|^[A-Z]+/.exec(name)![0];
    const old = dataFiles(earlier).filter((other) => other.includes(kind));
    if (old.length > 0) copyFileSync(join(earlier, random.pick(old)), join(folder, name));
  },
  'an earlier file back in its place': (folder, _, random, earlier) => {
    const old = random.pick(dataFiles(earlier));
    copyFileSync(join(earlier, old), join(folder, old));
  },
  'several files missing': (folder, _, random) => {
    for (const name of dataFiles(folder)) {
      if (random.below(2) === 0) rmSync(join(folder, name));
    }
  },
};
