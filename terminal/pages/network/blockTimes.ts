import { signal } from '@preact/signals';
import type { StreamBlock } from '../../../client/streamTypes.ts';

const KEPT = 120;

/** The blocks that came since the page was opened, oldest first. */
export const recentBlocks = signal<readonly StreamBlock[]>([]);

export function keepBlocks(blocks: readonly StreamBlock[]): void {
  const last = Number(recentBlocks.value.at(-1)?.height ?? 0);
  const fresh = blocks.filter(({ height }) => Number(height) > last);
  if (fresh.length > 0) recentBlocks.value = [...recentBlocks.value, ...fresh].slice(-KEPT);
}

/** Seconds between two blocks that follow each other, by the height of the later one. */
export function intervals(blocks: readonly StreamBlock[]): { height: number; seconds: number }[] {
  return blocks.flatMap(({ height, timeMs }, i) => {
    const before = blocks[i - 1];
    if (before === undefined || Number(before.height) + 1 !== Number(height)) return [];
    return [{ height: Number(height), seconds: (Number(timeMs) - Number(before.timeMs)) / 1_000 }];
  });
}

/** The value that so many of a hundred are at or below; undefined of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))];
}
