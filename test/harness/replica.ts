import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FrameReader } from '../../app/abci/framing.ts';
import { antePorts } from '../../app/modules/index.ts';
import { Feed } from '../../app/chain/replica/feed.ts';
import type { FeedOptions } from '../../app/chain/replica/feed.ts';
import { FRAME_BYTES_MAX } from '../../app/chain/replica/frames.ts';
import type { Link } from '../../app/chain/replica/link.ts';
import { Replica } from '../../app/chain/replica/replica.ts';
import type { ReplicaObserver } from '../../app/chain/replica/replica.ts';
import type { Registry } from '../../app/runtime/registry.ts';
import type { State } from '../../app/store/state.ts';
import type { Store } from '../../app/store/store.ts';
import { ErrorLog } from './node.ts';
import type { TestNode } from './node.ts';

const TURNS_MAX = 100_000;

export interface TestReplicaOptions extends Partial<FeedOptions> {
  readonly retainedHeights?: number;
}

/** The read side of a node, in this process: all but its own process and HTTP. */
export class TestReplica {
  readonly store: Store;
  readonly feed: Feed;
  readonly log = new ErrorLog();
  replica!: Replica;
  link!: Link;
  /** The reader's end of the link. */
  far!: Duplex;
  readonly #registry: Registry;
  readonly #retainedHeights: number;
  readonly #observers: ReplicaObserver[] = [];

  constructor({ store, registry }: TestNode, options: TestReplicaOptions = {}) {
    this.store = store;
    this.#registry = registry;
    this.#retainedHeights = options.retainedHeights ?? 10;
    this.feed = new Feed({ store, schemas: registry.schemas, logger: this.log, ...options });
    this.restart();
  }

  /** As if its process had ended, and another had begun. */
  restart(): void {
    const [near, far] = duplexPair();
    this.far = far;
    this.replica = new Replica({
      registry: this.#registry,
      ports: antePorts,
      retainedHeights: this.#retainedHeights,
      logger: this.log,
      send: (frame) => far.write(frame),
    });
    for (const observer of this.#observers) this.replica.observe(observer);
    const frames = new FrameReader(FRAME_BYTES_MAX);
    far.on('data', (chunk: Buffer) => frames.push(chunk, (frame) => this.replica.receive(frame)));
    this.link = this.feed.attach(near);
  }

  /** From now on, and of every reader after a restart. */
  observe(observer: ReplicaObserver): void {
    this.#observers.push(observer);
    this.replica.observe(observer);
  }

  get height(): number {
    return this.replica.latest?.height ?? 0;
  }

  /** Resolves when the reader has what the node has committed, and can be asked. */
  async caughtUp(): Promise<void> {
    const isThere = () => this.height === this.store.committed?.height && this.link.isFollowing;
    await this.until(isThere);
  }

  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; !holds(); turn++) {
      if (turn === TURNS_MAX) throw new Error(`the replica stays at ${this.height}`);
      await nextTurn();
    }
  }

  /** Insists that the reader has all that the node has, stored or derived, and nothing else. */
  expectSameState(): void {
    const { state, appHash } = this.store.committed!;
    const latest = this.replica.latest!;
    if (Buffer.compare(latest.appHash, appHash) !== 0) throw new Error('another app hash');
    const [has, needs] = [latest.state, state].map((s) => linesOf(s, this.#registry));
    const at = needs!.findIndex((line, i) => line !== has![i]);
    if (at < 0 && has!.length === needs!.length) return;
    const found = has![at < 0 ? needs!.length : at];
    throw new Error(`the replica of ${latest.height} has ${found} in place of ${needs![at]}`);
  }
}

function linesOf(state: State, { schemas, modules }: Registry): string[] {
  const specs = new Map(schemas.map((s) => [`${s.store}/${s.prefix}`, s]));
  return modules.flatMap(({ name }) =>
    [...state.entries(name)].map(([key, value]) => {
      const spec = specs.get(`${name}/${key.charCodeAt(0)}`)!;
      const content =
        spec.storage === 'derived' ? textOf(value) : Buffer.from(spec.value.encode(value));
      const at = Buffer.from(key, 'latin1').toString('hex');
      return `${name}/${spec.name} ${at} ${content.toString('hex')}`;
    }),
  );
}

const textOf = (value: unknown): Buffer =>
  Buffer.from(JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)));
