import type { Reader } from '../port.ts';
import type { BlockFacts } from './facts.ts';
import type { JsonObject } from './mergePatch.ts';

/** After which blocks a document is read again. */
export interface Follows {
  readonly touched: (block: BlockFacts) => boolean;
  readonly everyBlock: boolean;
}

/** What a channel is about. */
export interface Source {
  /**
   * The document at the reader's height, without nulls.
   * @throws QueryRefused when there is no such thing
   */
  readonly read: (reader: Reader) => JsonObject;
  /**
   * Whether the document follows the state, by merge patches: `touched` blocks first, and after
   * every block where prices move it, too. Absent where events say all.
   */
  readonly follows?: Follows;
  /** What a block adds for those who listen, if anything. */
  readonly events?: (block: BlockFacts) => JsonObject | undefined;
}
