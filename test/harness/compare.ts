import { expectSameDerived } from './derived.ts';
import type { TestNode } from './node.ts';
import { TestReplica } from './replica.ts';
import { restoreFromAll } from './snapshots.ts';

const RESTORE_EVERY = 25;
const RESTORE_FIRST = 3;
const COMPARE_EVERY = 4;

/** What the nodes of the agreement set are there for, beside their hashes. */
export class Comparison {
  readonly #nodes: TestNode[];
  #reader: TestReplica | undefined;

  constructor(nodes: TestNode[]) {
    this.#nodes = nodes;
  }

  /** After each block. @throws Error when a node knows something else than the first */
  async compare(height: number): Promise<void> {
    await this.#nodes[2]!.restart();
    if (height % RESTORE_EVERY === RESTORE_FIRST) await restoreFromAll(this.#nodes);
    if (height % COMPARE_EVERY !== 0) return;
    expectSameDerived(this.#nodes);
    await this.#expectSameReplica(this.#nodes[0]!);
  }

  /** A node that another program took over has another read side, too. */
  async #expectSameReplica(node: TestNode): Promise<void> {
    if (this.#reader?.store !== node.store) {
      this.#reader?.feed.close();
      this.#reader = new TestReplica(node);
    }
    await this.#reader.caughtUp();
    this.#reader.expectSameState();
  }

  close(): void {
    this.#reader?.feed.close();
  }
}
