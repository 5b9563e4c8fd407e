import { sleep } from '../client/sleep.ts';
import { Child, describeExit, type Exit, type ProcessSpec } from './child.ts';
import { RestartPolicy } from './restartPolicy.ts';

/** Time for a second death that explains the first: an engine ends right after its application. */
const EXPLANATION_MS = 400;

/** Between two tries of what is mended from outside. */
const OUTSIDE_DELAY_MS = 15_000;

export type GroupEvent =
  | { kind: 'pids' }
  | { kind: 'restart'; reason: string; delayMs: number }
  | { kind: 'stopped'; reason: string };

export interface GroupOptions {
  /** Started in this order, ended in the reverse one, restarted together. */
  specs: readonly ProcessSpec[];
  /** Why this end must not be followed by a restart, or null when it may. */
  fatal: (exit: Exit) => string | null;
  /** Why this end is mended from outside alone: it is tried again for as long as that takes. */
  outside?: (exit: Exit) => string | null;
  onEvent: (event: GroupEvent) => void;
  policy?: RestartPolicy;
}

/** Keeps processes that live and die together running, as the restart policy allows. */
export class ProcessGroup {
  readonly #options: GroupOptions;
  readonly #policy: RestartPolicy;
  #children: Child[] = [];
  #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.#policy = options.policy ?? new RestartPolicy();
  }

  start(): void {
    if (this.#running !== null) return;
    this.#stop = new AbortController();
    this.#running = this.#run(this.#stop.signal).finally(() => {
      this.#running = null;
    });
  }

  /** Ends its processes, last started first; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Ends everything at once, without grace. */
  async killAll(): Promise<void> {
    this.#stop.abort();
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#running;
  }

  /** Sends a signal from outside, as an accident would; the policy does the rest. */
  kill(name: string, signal: NodeJS.Signals): boolean {
    const child = this.#children.find((c) => c.spec.name === name);
    if (child === undefined || child.pid === null) return false;
    child.kill(signal);
    return true;
  }

  pidOf(name: string): number | null {
    return this.#children.find((c) => c.spec.name === name)?.pid ?? null;
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { onEvent, fatal, outside } = this.#options;
    for (;;) {
      const exits = await this.#runOnce(stop);
      onEvent({ kind: 'pids' });
      if (stop.aborted) return;
      const ends = exits.map(describeExit).join(', ');
      const never = exits.map(fatal).find((why) => why !== null);
      const waits = exits.map((exit) => outside?.(exit) ?? null).find((why) => why !== null);
      const reason = waits === undefined ? ends : `${ends}: ${waits}`;
      const nextMs = () => (waits === undefined ? this.#policy.next(Date.now()) : OUTSIDE_DELAY_MS);
      const delayMs = never === undefined ? nextMs() : null;
      if (delayMs === null) {
        onEvent({ kind: 'stopped', reason: `${ends}: ${never ?? 'too often; given up'}` });
        return;
      }
      onEvent({ kind: 'restart', reason, delayMs });
      await sleep(delayMs, stop);
    }
  }

  /** Starts all, waits until one dies or `stop` fires, ends the others; who died on their own. */
  async #runOnce(stop: AbortSignal): Promise<Exit[]> {
    const over = new AbortController();
    const end = (): void => over.abort();
    stop.addEventListener('abort', end, { once: true });
    this.#children = [];
    await this.#startAll(over);
    if (!over.signal.aborted) await aborted(over.signal);
    stop.removeEventListener('abort', end);
    if (!stop.aborted) await sleep(EXPLANATION_MS, stop);
    const exits = this.#children.map((child) => child.exit).filter((exit) => exit !== null);
    for (const child of this.#children.toReversed()) await child.stop();
    return exits;
  }

  async #startAll(over: AbortController): Promise<void> {
    for (const spec of this.#options.specs) {
      if (over.signal.aborted) return;
      const child = new Child(spec);
      this.#children.push(child);
      void child.exited.then(() => over.abort());
      this.#options.onEvent({ kind: 'pids' });
      await spec.started?.(over.signal).catch(() => undefined);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
