import type { Json } from '../../proto/json.ts';
import { compareStrings } from '../lib/bytes.ts';
import { viewOf } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';
import type { Version } from '../store/store.ts';

/**
 * `app_state` of a genesis file that goes on from a version: every module's part of it, with keys
 * in one order, so that equal states give equal bytes. Heights are those of a chain whose first
 * block is `initialHeight`: all move by the same amount, so that what lies between them stays.
 */
export function exportState(
  registry: Registry,
  { chainId, height, timeMs, state }: Version,
  initialHeight: number,
): Record<string, Json> {
  const header = { chainId, height, timeMs, proposer: new Uint8Array(0) };
  const view = viewOf(state.fork(), header);
  const parts = registry.modules.map(({ name, genesis }) => [name, genesis.export(view)] as const);
  const moved = moveHeights(Object.fromEntries(parts), initialHeight - (height + 1));
  return moved as Record<string, Json>;
}

const isHeight = (name: string) => name === 'height' || name.endsWith('Height');

/** The same with sorted keys and heights moved by `blocks`; 0 is none and stays. */
function moveHeights(value: Json, blocks: number): Json {
  if (Array.isArray(value)) return value.map((item) => moveHeights(item, blocks));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareStrings(a, b));
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      isHeight(name) && typeof item === 'string'
        ? movedHeight(BigInt(item), BigInt(blocks)).toString()
        : moveHeights(item, blocks),
    ]),
  );
}

/** What was never becomes no height, and no height becomes what was never. */
function movedHeight(height: bigint, blocks: bigint): bigint {
  if (height === 0n) return height;
  const moved = height + blocks;
  return moved === 0n ? -1n : moved;
}
