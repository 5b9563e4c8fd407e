import { DatabaseError } from './db/database.ts';
import type { Sql } from './db/database.ts';
import type { Progress } from './db/progress.ts';
import { SourceError } from './source/facts.ts';
import type { BlockFacts, Range } from './source/facts.ts';

const BEGIN_ANEW =
  'the chain was begun anew. Put this history aside and begin with the new chain ' +
  '(tenor indexer run --anew), or use another place (--dir, DATABASE_URL).';

/** @throws DatabaseError */
export function requireSameName({ chainId }: Progress, node: Range): void {
  if (chainId === node.chainId) return;
  throw new DatabaseError(
    `The history is of chain ${chainId}, the node of ${node.chainId}: use another database.`,
  );
}

/**
 * The node's chain is that of the history, as far as its last block tells. One that is behind, as
 * after a restart or a state sync, is waited for.
 * @throws DatabaseError for another chain, SourceError for a node that is behind or lacks blocks
 */
export async function requireSameBlocks(
  sql: Sql,
  progress: Progress,
  { first, last, lastHash }: Range,
): Promise<void> {
  const { height } = progress;
  if (last > height) {
    if (first > height + 1) throw goneError(first, height);
    return;
  }
  const known = last === height ? progress.hash : await hashAt(sql, last);
  if (known !== null && known !== lastHash) {
    throw new DatabaseError(
      `Block ${last} is ${known} in the history, and ${lastHash} on the node: ${BEGIN_ANEW}`,
    );
  }
  if (last === height) return;
  throw new SourceError(`the node has come to block ${last}, the history to ${height} already`);
}

/** Null: it is not kept, as of blocks before the first, or of what was thrown away. */
async function hashAt(sql: Sql, height: number): Promise<string | null> {
  const [row] = await sql.query<{ hash: string }>('select hash from blocks where height = $1', [
    height,
  ]);
  return row?.hash ?? null;
}

/** What both began with is the same. @throws DatabaseError */
export function requireSameGenesis(known: string, genesis: string): void {
  if (known === genesis) return;
  throw new DatabaseError(
    `The history began with genesis ${known.slice(0, 12)}, the node's chain with ` +
      `${genesis.slice(0, 12)}: ${BEGIN_ANEW}`,
  );
}

/** Each block follows on the one before it, and the first on the last that is in the history. */
export function requireChain(last: string | null, blocks: readonly BlockFacts[]): void {
  let before = last;
  for (const { height, hash, parentHash } of blocks) {
    if (before !== null && parentHash !== before) {
      throw new DatabaseError(
        `Block ${height} of the node does not follow on the history's block ${height - 1}: ` +
          BEGIN_ANEW,
      );
    }
    before = hash;
  }
}

export const goneError = (first: number, height: number): SourceError =>
  new SourceError(
    `The node has no blocks before ${first} any more, and the history ends at ${height}: ` +
      'run once against a node that keeps them (--archive), then against this one again.',
    false,
  );
