import { drawOf } from './draws.ts';
import type { Account } from './types.ts';

/** An order that would take: it is placed at the end of the next block (ADR 149). */
export interface Delayed {
  readonly id: bigint;
  readonly account: Account;
  /** Of the block in which it came. */
  readonly height: number;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** As its owner sent it. */
  readonly order: unknown;
}

/** How many may wait, and have their turn in a block (genesis). */
export interface Queue {
  readonly most: number;
  readonly perBlock: number;
}

export const QUEUE: Queue = { most: 4_000, perBlock: 400 };

/** Orders that wait for their turn. */
export class Delays {
  isOn = false;
  most = QUEUE.most;
  perBlock = QUEUE.perBlock;
  readonly waiting = new Map<bigint, Delayed>();

  /** Those of earlier blocks, whose turn it is at the end of one. */
  due(height: number): Delayed[] {
    return [...this.waiting.values()].filter((delayed) => delayed.height < height);
  }

  get isFull(): boolean {
    return this.waiting.size >= this.most;
  }

  /**
   * As many as a block has room for: earliest block first, in it by a draw of each owner, an
   * owner's own by id.
   */
  turns(height: number, blockHash: Uint8Array): Delayed[] {
    const draw = ({ account }: Delayed) => drawOf(blockHash, account.owner);
    const before = (a: Delayed, b: Delayed) =>
      a.height - b.height || compare(draw(a), draw(b)) || Number(a.id - b.id);
    return this.due(height).sort(before).slice(0, this.perBlock);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
