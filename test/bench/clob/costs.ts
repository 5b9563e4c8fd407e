import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Contender } from './contenders.ts';
import type { Flow } from './flows.ts';

/** Of the messages that were timed. Nanoseconds a message. */
export interface Cost {
  readonly messages: number;
  readonly wallNs: number;
  /** Of the process, collector and compiler included: what a shared machine does not blur. */
  readonly cpuNs: number;
}

const CHUNK = 1000;

/**
 * What a flow costs a fresh book, its filling left out: up to so many messages, and no longer than
 * `budgetMs`. A whole flow must come to the volume that every book comes to.
 */
export function costOf(
  flow: Flow,
  make: (flow: Flow) => Contender,
  messages = Infinity,
  budgetMs = Infinity,
): Cost {
  const contender = make(flow);
  contender.run(0, flow.prefill);
  const before = contender.volume;
  const end = Math.min(flow.count, flow.prefill + messages);
  const cpu = process.cpuUsage();
  const start = performance.now();
  let at = flow.prefill;
  if (budgetMs === Infinity) contender.run(at, (at = end));
  while (at < end && performance.now() - start < budgetMs) {
    contender.run(at, (at = Math.min(end, at + CHUNK)));
  }
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const traded = contender.volume - before;
  if (at === flow.count && traded !== flow.volume && traded !== 0) {
    throw new Error(`${flow.name}: ${traded} lots traded, not ${flow.volume}`);
  }
  const done = at - flow.prefill;
  return { messages: done, wallNs: (wallMs * 1e6) / done, cpuNs: ((user + system) * 1e3) / done };
}

/** The median of some runs, by CPU time. */
export function medianCost(repeats: number, once: () => Cost): Cost {
  const costs = Array.from({ length: repeats }, once);
  return costs.sort((a, b) => a.cpuNs - b.cpuNs)[repeats >> 1]!;
}

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap and of typed arrays, once those that are given up have been freed. */
export async function memoryBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setTimeout(20);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Nanoseconds of CPU time that some work takes. */
export function cpuNs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/**
 * Nanoseconds of one load from a random place of so many bytes, each waiting for the one before:
 * what any book pays at least once for an order that is named at random.
 */
export function randomLoadNs(bytes: number): number {
  const records = Math.max(16, Math.floor(bytes / 64));
  const next = new Int32Array(records * 16);
  // A full cycle over a power of two by a linear congruence, cut down to the records there are.
  const size = 2 ** Math.ceil(Math.log2(records));
  let last = 0;
  for (let i = 0, x = 0; i < size; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) & (size - 1);
    if (x >= records) continue;
    next[last * 16] = x;
    last = x;
  }
  const loads = 1_000_000;
  let place = 0;
  const ns = cpuNs(() => {
    for (let i = 0; i < loads; i++) place = next[place * 16]!;
  });
  return place < 0 ? 0 : ns / loads;
}
