/** Something with requests waiting: a connection. */
export interface Source {
  /** Whether it is the consensus connection, which goes before the others. */
  readonly urgent: boolean;
  /** Whether a request waits and can be served now. */
  ready(): boolean;
  /** Serves the one request at the head of its queue. */
  serve(): void;
  /** Writes out the responses gathered so far, if it is time: called at the end of a turn. */
  flush(): void;
}

export interface TurnLimits {
  readonly turnMaxRequests: number;
  readonly turnMaxMs: number;
}

/**
 * Decides whose request is served next. Work is done in turns: a turn drains the consensus
 * connection, then goes round the others until its limits are reached; between turns the event
 * loop reads the sockets. So a consensus request never waits for more than the rest of one turn,
 * however many CheckTx are queued, and no connection waits for ever for another's flood.
 *
 * A turn begins after the loop has polled every socket (`setImmediate`): of requests that arrive
 * together, the consensus one is first, whichever socket was read first.
 */
export class Scheduler {
  readonly #limits: TurnLimits;
  readonly #sources: Source[] = [];
  #cursor = 0;
  #scheduled = false;
  #stopped = false;
  #held = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  add(source: Source): void {
    this.#sources.push(source);
  }

  remove(source: Source): void {
    const index = this.#sources.indexOf(source);
    if (index >= 0) this.#sources.splice(index, 1);
  }

  /** To be called whenever a source may have become ready. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  /** Serves nothing until `work`, which never rejects, has settled. */
  hold(work: Promise<void>): void {
    this.#held += 1;
    void work.then(() => {
      this.#held -= 1;
      this.wake();
    });
  }

  /** Serves nothing any more, not even the rest of the current turn. */
  stop(): void {
    this.#stopped = true;
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#held > 0) return;
    this.#serveUrgent();
    const endsAtMs = performance.now() + this.#limits.turnMaxMs;
    for (let served = 0; served < this.#limits.turnMaxRequests; served += 1) {
      if (this.#stopped) return;
      const source = this.#nextInRound();
      if (source === undefined) break;
      source.serve();
      if (performance.now() >= endsAtMs) break;
    }
    for (const source of [...this.#sources]) if (!this.#stopped) source.flush();
    if (this.#sources.some((source) => source.ready())) this.wake();
  }

  #serveUrgent(): void {
    for (const source of [...this.#sources]) {
      if (!source.urgent) continue;
      while (!this.#stopped && source.ready()) source.serve();
      if (!this.#stopped) source.flush();
    }
  }

  #nextInRound(): Source | undefined {
    const count = this.#sources.length;
    for (let step = 0; step < count; step += 1) {
      const index = (this.#cursor + step) % count;
      const source = this.#sources[index]!;
      if (source.urgent || !source.ready()) continue;
      this.#cursor = index + 1;
      return source;
    }
    return undefined;
  }
}
