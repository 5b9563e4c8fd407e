import { describe, expect, test } from '@jest/globals';
import type { Source } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

/** A source with numbered requests, which writes what happens to it into a common log. */
class FakeSource implements Source {
  readonly urgent: boolean;
  waiting: number;
  readonly #log: string[];
  readonly #name: string;
  onServe: (() => void) | undefined;

  constructor(name: string, waiting: number, log: string[]) {
    this.urgent = name === 'consensus';
    this.waiting = waiting;
    this.#name = name;
    this.#log = log;
  }

  ready(): boolean {
    return this.waiting > 0;
  }

  serve(): void {
    this.waiting -= 1;
    this.#log.push(this.#name);
    this.onServe?.();
  }

  flush(): void {
    this.#log.push(`flush ${this.#name}`);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const unhurried = { turnMaxRequests: 2, turnMaxMs: 60_000 };

describe('Scheduler', () => {
  test('serves and writes out consensus before the others, whoever came first', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler(unhurried);
    for (const name of ['mempool', 'consensus']) scheduler.add(new FakeSource(name, 2, log));
    scheduler.wake();
    await turn();
    expect(log.slice(0, 5)).toEqual([
      'consensus',
      'consensus',
      'flush consensus',
      'mempool',
      'mempool',
    ]);
  });

  test('yields after a number of requests, and then looks at consensus again', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler(unhurried);
    const mempool = new FakeSource('mempool', 5, log);
    const consensus = new FakeSource('consensus', 0, log);
    scheduler.add(mempool);
    scheduler.add(consensus);
    scheduler.wake();
    await turn();
    expect(mempool.waiting).toBe(3);
    consensus.waiting = 1;
    log.length = 0;
    await turn();
    expect(log[0]).toBe('consensus');
    expect(mempool.waiting).toBe(1);
  });

  test('yields after a time', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler({ turnMaxRequests: 1000, turnMaxMs: 0 });
    const mempool = new FakeSource('mempool', 5, log);
    scheduler.add(mempool);
    scheduler.wake();
    await turn();
    expect(mempool.waiting).toBe(4);
  });

  test('goes round the others, also across turns', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler({ turnMaxRequests: 1, turnMaxMs: 60_000 });
    for (const name of ['query', 'mempool']) scheduler.add(new FakeSource(name, 2, log));
    scheduler.wake();
    for (let i = 0; i < 4; i += 1) await turn();
    const served = log.filter((entry) => !entry.startsWith('flush'));
    expect(served).toEqual(['query', 'mempool', 'query', 'mempool']);
  });

  test('stops in the middle of a turn, without writing', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler(unhurried);
    const mempool = new FakeSource('mempool', 2, log);
    mempool.onServe = () => scheduler.stop();
    scheduler.add(mempool);
    scheduler.wake();
    await turn();
    scheduler.wake();
    await turn();
    expect(log).toEqual(['mempool']);
  });
});
