import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../subscribers.mjs', import.meta.url));

export interface Told {
  /** Height and Unix milliseconds. */
  readonly fills: readonly (readonly [number, number])[];
  readonly messages: number;
  readonly closed: readonly string[];
}

/**
 * Subscribers of one node's streams, in a process of their own, which gives way to the node as a
 * read side does: theirs are other machines, which take nothing of a validator's processors.
 */
export class Subscribers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child;
    this.#lines = lines;
  }

  /** Each of them with its channels; there once all have their snapshots. */
  static async start(url: string, clients: readonly (readonly string[])[]): Promise<Subscribers> {
    const child = spawn(process.execPath, [SCRIPT, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    setPriority(child.pid!, constants.priority.PRIORITY_BELOW_NORMAL);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.write(`${JSON.stringify(clients)}\n`);
    await lines.next();
    return new Subscribers(child, lines);
  }

  /** What they were told. @throws Error when one of them was cut */
  async stop(): Promise<Told> {
    this.#child.stdin!.end();
    const told = JSON.parse(String((await this.#lines.next()).value)) as Told;
    this.#child.kill();
    if (told.closed.length > 0) throw new Error(`a subscriber was cut: ${told.closed[0]!}`);
    return told;
  }
}

/** How much later than the first of them each was told of the fills of a height, sorted. */
export function delaysMs(tolds: readonly Told[]): number[] {
  const delays = tolds.flatMap(({ fills }) => {
    const first = new Map<number, number>();
    for (const [height, atMs] of fills) {
      first.set(height, Math.min(first.get(height) ?? Infinity, atMs));
    }
    return fills.map(([height, atMs]) => atMs - first.get(height)!);
  });
  return delays.sort((a, b) => a - b);
}
