import type { Database } from './db/database.ts';
import type { BlockFacts, BlockSource, Range } from './source/facts.ts';
import type { MarkSource } from './source/marks.ts';

export interface FollowOptions {
  readonly database: Database;
  readonly source: BlockSource;
  /** Asked for marks so often, by the chain's clock; none without it. */
  readonly marks?: { readonly source: MarkSource; readonly everyMs: number };
  readonly signal: AbortSignal;
  /** Blocks that are fetched and written together where many are there. */
  readonly batch?: number;
  /** How long it waits for a block that is not there yet. */
  readonly pollMs?: number;
  /** The node or the database does not answer: why, and how often in a row. */
  readonly onTrouble?: (of: 'node' | 'database', message: string, failures: number) => void;
  readonly onBlocks?: (last: BlockFacts, range: Range) => void;
  /** All that the node has is in. */
  readonly onCaughtUp?: (range: Range) => void;
}
