import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Where Linux lists the threads of this process; a priority belongs to each of them. */
const THREADS = '/proc/self/task';

/** Makes the whole process give way to what votes: its helper threads, such as those of the GC. */
export function giveWay(): void {
  const priority = constants.priority.PRIORITY_BELOW_NORMAL;
  setPriority(priority);
  for (const thread of threads()) {
    try {
      setPriority(thread, priority);
    } catch {
      // It has just ended.
    }
  }
}

function threads(): number[] {
  try {
    return readdirSync(THREADS).map(Number);
  } catch {
    return []; // not on this system
  }
}
