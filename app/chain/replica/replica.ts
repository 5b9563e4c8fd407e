import type { Binary } from '../../lib/bytes.ts';
import { runtimeErrors } from '../../runtime/errors.ts';
import type { AntePorts } from '../../runtime/ante.ts';
import type { Registry } from '../../runtime/registry.ts';
import { schemaFinder } from '../../store/load.ts';
import { State } from '../../store/state.ts';
import type { Version } from '../../store/store.ts';
import { Versions } from '../../store/versions.ts';
import { Answers } from '../answers.ts';
import type { AppLogger } from '../logger.ts';
import type { Answer } from '../queries.ts';
import { Transactions } from '../transactions.ts';
import { toldOf } from './executed.ts';
import type { Told } from './executed.ts';
import { cloneOf, FRAME, valueFrame, valueOf } from './frames.ts';
import type { Ask, FrameKind, Seal } from './frames.ts';
import { applyDerived, applyStored } from './parts.ts';

export interface ReplicaOptions {
  readonly registry: Registry;
  readonly ports: AntePorts;
  /** Versions that can be asked for, the last included. */
  readonly retainedHeights: number;
  readonly logger: AppLogger;
  /** Sends a frame to the application. */
  readonly send: (frame: Uint8Array) => void;
}

/** Told of each version once it can be asked about. */
export interface ReplicaObserver {
  /** A block after the one before. `told` reads what it did, which takes a moment. */
  block(version: Version, told: () => Told): void;
  /** A version came whole: what was between it and the one before is not known. */
  anew(version: Version): void;
}

/**
 * The application's committed versions, as it tells them, and the answers to queries of them. While
 * a state comes anew the versions before are answered from.
 */
export class Replica {
  readonly #o: ReplicaOptions;
  readonly #answers: Answers;
  readonly #schemaOf: ReturnType<typeof schemaFinder>;
  readonly #versions: Versions<Version>;
  /** What comes in is written to this. */
  #working = new State();
  #isAnew = true;
  /** What the block that comes in did: bodies of frames. */
  #executed: Uint8Array[] = [];
  /** The application's, as it said last; empty before. */
  appMetrics = '';
  /** Answers paths that are no queries of the state; never rejects. Undefined: it has none such. */
  beyond?: (path: string, data: Uint8Array, height: number) => Promise<Answer> | undefined;
  readonly #observers: ReplicaObserver[] = [];

  constructor(options: ReplicaOptions) {
    this.#o = options;
    this.#versions = new Versions(options.retainedHeights);
    this.#schemaOf = schemaFinder(options.registry.schemas);
    const at = (height: number) => this.#versions.at(height);
    const transactions = new Transactions({ ...options, router: options.registry.router });
    this.#answers = new Answers({ registry: options.registry, transactions, at });
  }

  /** The last version; undefined until the first one is here whole. */
  get latest(): Version | undefined {
    return this.#versions.latest;
  }

  /** From now on; what is here already is told at once. */
  observe(observer: ReplicaObserver): void {
    this.#observers.push(observer);
    if (this.latest !== undefined) observer.anew(this.latest);
  }

  /** Takes a frame in: its kind, then its body. */
  receive(frame: Uint8Array): void {
    const body = frame.subarray(1);
    const kind = frame[0] as FrameKind;
    switch (kind) {
      case FRAME.reset:
        this.#working = new State();
        this.#isAnew = true;
        this.#executed = [];
        return;
      case FRAME.stored:
        applyStored(this.#working, body, this.#schemaOf);
        return;
      case FRAME.derived:
        applyDerived(this.#working, cloneOf(body) as [string, Binary, unknown][]);
        return;
      case FRAME.seal:
        this.#seal(valueOf(body) as Seal);
        return;
      case FRAME.executed:
        this.#executed.push(body);
        return;
      case FRAME.metrics:
        this.appMetrics = Buffer.from(body).toString('utf8');
        return;
      case FRAME.ask:
        this.#reply(valueOf(body) as Ask);
        return;
      case FRAME.ping:
        this.#o.send(valueFrame(FRAME.ping, valueOf(body)));
        return;
      case FRAME.answer:
        throw new Error('an answer, to whom nothing was asked');
    }
  }

  #seal(seal: Seal): void {
    const isAnew = this.#isAnew;
    if (isAnew) {
      this.#versions.clear();
      this.#isAnew = false;
      this.#o.logger.info({ height: seal.height }, 'the read side has the state');
    }
    // A copy: the bytes are a view of all that came with them.
    const appHash = Uint8Array.from(seal.appHash);
    const version = { ...seal, appHash, state: this.#working.fork() };
    this.#versions.add(version);
    const bodies = this.#executed;
    this.#executed = [];
    let read: Told | undefined;
    for (const observer of this.#observers) {
      if (isAnew) observer.anew(version);
      else observer.block(version, () => (read ??= toldOf(bodies)));
    }
  }

  #reply({ id, path, data, height }: Ask): void {
    const send = (answer: Answer) => this.#o.send(valueFrame(FRAME.answer, { id, answer }));
    const beyond = this.beyond?.(path, data, height);
    if (beyond === undefined) send(this.answer(path, data, height));
    else void beyond.then(send);
  }

  /** A query path, its request's bytes, and a height (0: the last). A fault is an answer, too. */
  answer(path: string, data: Uint8Array, height: number): Answer {
    try {
      return this.#answers.answer(path, data, height);
    } catch (error) {
      const fields = { err: error, path, data: Buffer.from(data).toString('base64') };
      this.#o.logger.error(fields, 'a query failed');
      const { code, codespace, message } = runtimeErrors.internal('an internal fault: see the log');
      const last = this.latest?.height ?? 1;
      return { code, codespace, log: message, value: new Uint8Array(0), height: last };
    }
  }
}
