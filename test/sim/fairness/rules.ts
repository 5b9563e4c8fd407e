import { createHash } from 'node:crypto';
import { orderTxs } from '../../../app/chain/blockOrder.ts';
import { readSentAs } from '../../harness/orderedRead.ts';
import { classOf } from './market.ts';
import type { Market, Sent } from './market.ts';

/** How a block, made by a proposer from what it wants in it, is executed. */
export interface Rule {
  readonly name: string;
  /** Whether the proposer says in which order. */
  readonly isFree: boolean;
  /**
   * @param block what the proposer put into its block, in the order that it would like
   * @param left what it left out of those that waited: in the next block, by somebody honest
   * @param seeds of this block, which was known beforehand, and of the next, which was not
   */
  run(market: Market, block: readonly Sent[], left: readonly Sent[], seeds: Seeds): void;
}

export interface Seeds {
  readonly own: number;
  readonly next: number;
}

/** Transactions in the protocol's order: by the very code that the chain has. */
export function ordered(block: readonly Sent[], seed: number): Sent[] {
  const reads = block.map((sent, i) =>
    readSentAs(i, { ...sent, blockClass: classOf(sent), unordered: false }),
  );
  const lottery = { seed: Uint8Array.from(seedBytes(seed)), hasPlace: () => true };
  return orderTxs(reads, lottery).map(({ hash }) => block[Number(hash)]!);
}

const seedBytes = (seed: number) => createHash('sha256').update(String(seed)).digest();

const firstCome: Rule = {
  name: 'first come, the proposer says who came first',
  isFree: true,
  run(market, block) {
    for (const sent of block) market.apply(sent);
  },
};

const fair: Rule = {
  name: 'classes and a draw (ADR 118)',
  isFree: false,
  run(market, block, _, { own }) {
    for (const sent of ordered(block, own)) market.apply(sent);
  },
};

/** Takers wait for the cancels and quotes of the next block, whose seed nobody knows yet. */
const delayed: Rule = {
  name: 'the same, and takers wait for a block',
  isFree: false,
  run(market, block, left, { own, next }) {
    const waits = (sent: Sent) => sent.action.kind === 'take';
    for (const sent of ordered(
      block.filter((s) => !waits(s)),
      own,
    ))
      market.apply(sent);
    for (const sent of ordered(
      left.filter((s) => !waits(s)),
      next,
    ))
      market.apply(sent);
    for (const sent of ordered(block.filter(waits), next)) market.apply(sent);
  },
};

export const RULES: readonly Rule[] = [firstCome, fair, delayed];
