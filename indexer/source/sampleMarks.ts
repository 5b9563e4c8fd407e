import type { BlockFacts } from './facts.ts';
import type { MarkSource } from './marks.ts';

/** A node keeps the last 100 heights; those that are asked for must not go meanwhile. */
const KEPT_HEIGHTS = 80;

/**
 * Adds marks to the first block of each stretch of time, where the node still has its state: which
 * blocks have them is a matter of their times alone.
 */
export class MarkSampler {
  readonly #source: MarkSource;
  readonly #everyMs: number;
  readonly #underlyings: Set<string>;

  constructor(source: MarkSource, everyMs: number, underlyings: Iterable<string>) {
    this.#source = source;
    this.#everyMs = everyMs;
    this.#underlyings = new Set(underlyings);
  }

  /** @param beforeMs time of the block before the first of these */
  async sample(
    blocks: readonly BlockFacts[],
    beforeMs: number | null,
    last: number,
  ): Promise<BlockFacts[]> {
    let before = beforeMs ?? 0;
    const sampled: BlockFacts[] = [];
    for (const block of blocks) {
      this.#note(block);
      const isDue = this.#bucket(block.timeMs) !== this.#bucket(before);
      before = block.timeMs;
      const isKept = block.height > last - KEPT_HEIGHTS;
      const marks = isDue && isKept ? await this.#ask(block.height) : null;
      sampled.push(marks === null ? block : { ...block, marks });
    }
    return sampled;
  }

  #ask(height: number) {
    const inOrder = [...this.#underlyings].sort((a, b) => (a < b ? -1 : 1));
    return this.#source.marksAt(height, inOrder);
  }

  #bucket(ms: number): number {
    return Math.floor(ms / this.#everyMs);
  }

  #note({ before, after }: BlockFacts): void {
    for (const { type, attributes } of [...before, ...after]) {
      if (type === 'price') this.#underlyings.add(attributes['underlying']!);
    }
  }
}
