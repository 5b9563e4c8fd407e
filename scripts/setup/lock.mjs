// A lock file that outlives no one: its holder touches it, and a lock left untouched is taken over.
import {
  mkdirSync,
  openSync,
  closeSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 20_000;
const POLL_MS = 200;

/** Is a process of this id running? (One that we may not signal counts as running.) */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The holder is gone when its process is, or (a reused pid) when it stopped touching the file. */
function isStale(path, staleMs) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    const idleMs = Date.now() - statSync(path).mtimeMs;
    // An empty file is one whose holder is just about to write its pid.
    if (pid === 0) return idleMs > POLL_MS * 10;
    return !isAlive(pid) || idleMs > staleMs;
  } catch (error) {
    if (error.code === 'ENOENT') return false; // released meanwhile: the next attempt takes it
    throw error;
  }
}

function tryAcquire(path) {
  try {
    const fd = openSync(path, 'wx', 0o600);
    writeFileSync(fd, String(process.pid));
    closeSync(fd);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Runs `work` while holding the lock; `onWait` is called once if another process holds it. */
export async function withLock(path, work, { onWait = () => {}, staleMs = STALE_MS } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let waited = false;
  while (!tryAcquire(path)) {
    if (isStale(path, staleMs)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const release = () => rmSync(path, { force: true });
  const touch = () => {
    const now = new Date();
    utimesSync(path, now, now);
  };
  const heartbeat = setInterval(touch, HEARTBEAT_MS);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}
