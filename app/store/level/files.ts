import { existsSync, readFileSync, readdirSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DiskError, DiskFailure, RESTORE } from '../diskErrors.ts';
import { readLog } from './log.ts';
import { readManifest } from './manifest.ts';
import { damageOf } from './table.ts';

/** Told of a file whose end, so many bytes, was not written whole and does not count. */
export type OnTorn = (file: string, bytes: number) => void;

/**
 * Reads the files of a database before LevelDB does. LevelDB would begin a new one where its file
 * CURRENT is missing, and then remove the tables it does not know; it would skip a damaged batch
 * in the middle of a log; and some damaged tables make it abort the process.
 *
 * The end of a log or of the MANIFEST may be torn: what was being written when the power went was
 * not relied on yet. LevelDB drops it from a log, but refuses such a MANIFEST: its end is cut off.
 * @throws DiskError that names the file that is missing or damaged
 */
export function checkFiles(path: string, onTorn?: OnTorn): void {
  const names = listed(path);
  if (!names.includes('CURRENT')) {
    // A first start that was killed leaves no more than this.
    const written = names.filter((name) => /\.(ldb|sst|log)$|^MANIFEST-(?!000001$)/.test(name));
    if (written.length === 0) return;
    throw new DiskError(`${path} is not whole: its file CURRENT is missing; ${RESTORE}`);
  }
  if (isBarelyBegun(path, names)) {
    // Last what makes it a database, should this be killed, too.
    const rest = names.filter((name) => /\.log$|^MANIFEST-(?!000001$)/.test(name));
    for (const name of [...rest, 'CURRENT']) unlinkSync(join(path, name));
    return;
  }
  const { tables, firstLog } = checkManifest(path, onTorn);
  for (const name of names) {
    const number = Number.parseInt(name, 10);
    if (name.endsWith('.log') && number >= firstLog) checkLog(join(path, name), onTorn);
    if (/\.(ldb|sst)$/.test(name) && tables.has(number)) checkTable(join(path, name));
  }
}

/**
 * LevelDB does not sync the first MANIFEST, which a power cut in a first start can leave empty: it
 * would then refuse for ever a folder in which nothing was committed.
 */
function isBarelyBegun(path: string, names: readonly string[]): boolean {
  const first = join(path, 'MANIFEST-000001');
  if (!existsSync(first) || readManifest(readWhole(first)).batches > 0) return false;
  if (!Buffer.from(readWhole(join(path, 'CURRENT'))).equals(Buffer.from('MANIFEST-000001\n'))) {
    return false;
  }
  return names.every((name) => {
    // The first batch may be there, but its sync would have brought the next MANIFEST along.
    if (name.endsWith('.log')) return readLog(readWhole(join(path, name))).batches <= 1;
    return !/\.(ldb|sst)$/.test(name);
  });
}

function checkManifest(path: string, onTorn?: OnTorn) {
  const current = join(path, 'CURRENT');
  const name = Buffer.from(readWhole(current)).toString('latin1');
  const file = join(path, name.trimEnd());
  if (!/^MANIFEST-\d+\n$/.test(name) || !existsSync(file)) {
    throw new DiskError(`${current} does not name a file that is there: ${RESTORE}`);
  }
  const bytes = readWhole(file);
  const manifest = readManifest(bytes);
  const { wholeBytes, goesOn, batches } = manifest;
  if (goesOn || batches === 0) throw damagedAt(file, wholeBytes);
  if (wholeBytes < bytes.length) {
    onTorn?.(file, bytes.length - wholeBytes);
    truncateSync(file, wholeBytes);
  }
  return manifest;
}

function checkLog(file: string, onTorn?: OnTorn): void {
  const bytes = readWhole(file);
  const { wholeBytes, goesOn } = readLog(bytes);
  if (goesOn) throw damagedAt(file, wholeBytes);
  if (wholeBytes < bytes.length) onTorn?.(file, bytes.length - wholeBytes);
}

function checkTable(file: string): void {
  const damage = damageOf(readWhole(file));
  if (damage !== undefined) throw damagedAt(file, damage);
}

const damagedAt = (file: string, at: number): DiskError =>
  new DiskError(`${file} is damaged at byte ${at}: ${RESTORE}`);

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw DiskFailure.of(`${path} cannot be read`, error);
  }
}

function readWhole(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw DiskFailure.of(`${file} cannot be read`, error);
  }
}
