import type { Exit, ProcessSpec } from './child.ts';
import { rotateLog, tailLog } from './logFile.ts';
import { ProcessGroup } from './processGroup.ts';

export interface SideOptions {
  /** Null: there is none, and all else does nothing. */
  readonly spec: ProcessSpec | null;
  /** Why it is not started again after this end; null: it is. */
  readonly fatal: (exit: Exit) => string | null;
  readonly onProgress: (text: string) => void;
  readonly onPids: () => void;
}

/** A program beside the nodes, kept running where there is one: the network is one without it. */
export class SideProcess {
  readonly #group: ProcessGroup;
  readonly #spec: ProcessSpec | null;

  constructor({ spec, fatal, onProgress, onPids }: SideOptions) {
    this.#spec = spec;
    this.#group = new ProcessGroup({
      specs: spec === null ? [] : [spec],
      fatal,
      onEvent: (event) => {
        if (event.kind === 'pids') onPids();
        else onProgress(`${spec!.name}: ${event.reason}\n${tailLog(spec!.logPath, 3)}`);
      },
    });
  }

  start(): void {
    if (this.#spec !== null) this.#group.start();
  }

  stop(): Promise<void> {
    return this.#group.stop();
  }

  killAll(): Promise<void> {
    return this.#group.killAll();
  }

  /** Null while it does not run. */
  pid(): number | null {
    return this.#spec === null ? null : this.#group.pidOf(this.#spec.name);
  }

  rotateLogs(): void {
    if (this.#spec !== null) rotateLog(this.#spec.logPath);
  }
}
