import { performance } from 'node:perf_hooks';

/** Between two looks at what comes in, blocks among it. One piece of work may take longer. */
const TURN_MS = 4;
type Job = () => void;

/**
 * Does work in turns: between two of them the process takes in what has come meanwhile, blocks
 * among it. So readers without mercy wait for each other, and blocks do not wait for them.
 */
export class Work {
  readonly #failed: (error: unknown) => void;
  #first: Job[] = [];
  #later: Job[] = [];
  #isScheduled = false;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get waiting(): number {
    return this.#first.length + this.#later.length;
  }

  first(job: Job): void {
    this.#first.push(job);
    this.#schedule();
  }

  later(job: Job): void {
    this.#later.push(job);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    const endsAtMs = performance.now() + TURN_MS;
    const isOver = () => performance.now() >= endsAtMs;
    this.#first = this.#do(this.#first, isOver);
    if (this.#first.length === 0 && !isOver()) this.#later = this.#do(this.#later, isOver);
    if (this.waiting > 0) this.#schedule();
  }

  /** What is left. A job may add others. */
  #do(jobs: Job[], isOver: () => boolean): Job[] {
    let done = 0;
    while (done < jobs.length) {
      try {
        jobs[done++]!();
      } catch (error) {
        this.#failed(error);
      }
      if (isOver()) break;
    }
    jobs.splice(0, done);
    return jobs;
  }
}
