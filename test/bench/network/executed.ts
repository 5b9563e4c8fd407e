import { setTimeout as sleep } from 'node:timers/promises';
import { executedHeight } from './rpc.ts';

const POLL_MS = 25;

/** When each height was executed, as the nodes' applications say themselves. */
export class ExecutedWatch {
  readonly #rpcs: readonly string[];
  readonly #heights: number[];
  readonly #first = new Map<number, number>();
  readonly #all = new Map<number, number>();
  #running = true;
  #polling: Promise<unknown> = Promise.resolve();

  private constructor(rpcs: readonly string[], heights: number[]) {
    this.#rpcs = rpcs;
    this.#heights = heights;
  }

  static async start(rpcs: readonly string[]): Promise<ExecutedWatch> {
    const watch = new ExecutedWatch(rpcs, await Promise.all(rpcs.map(executedHeight)));
    watch.#polling = Promise.all(rpcs.map((_, node) => watch.#poll(node)));
    return watch;
  }

  /** The height that every node has executed. */
  get height(): number {
    return Math.min(...this.#heights);
  }

  /** When the first node had executed a height: milliseconds of performance.now(). */
  firstAt(height: number): number | undefined {
    return this.#first.get(height);
  }

  /** When every node had. */
  allAt(height: number): number | undefined {
    return this.#all.get(height);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#polling;
  }

  async #poll(node: number): Promise<void> {
    while (this.#running) {
      const height = await executedHeight(this.#rpcs[node]!);
      const now = performance.now();
      const before = this.height;
      for (let h = this.#heights[node]! + 1; h <= height; h++) {
        if (!this.#first.has(h)) this.#first.set(h, now);
      }
      this.#heights[node] = height;
      for (let h = before + 1; h <= this.height; h++) this.#all.set(h, now);
      await sleep(POLL_MS);
    }
  }
}
