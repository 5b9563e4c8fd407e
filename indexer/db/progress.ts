import { DatabaseError } from './database.ts';
import type { BlockFacts } from '../source/facts.ts';
import type { Sql } from './database.ts';

/** How far the history goes. */
export interface Progress {
  readonly chainId: string;
  readonly firstHeight: number;
  /** The last block that is in it; below the first before any is. */
  readonly height: number;
  readonly timeMs: number | null;
  /** Of that block. */
  readonly hash: string | null;
}

interface Found {
  readonly chain_id: string;
  readonly first_height: string;
  readonly height: string;
  readonly time: Date | null;
  readonly hash: string | null;
}

/** Null before anything was written. */
export async function readProgress(sql: Sql): Promise<Progress | null> {
  const [found] = await sql.query<Found>('select * from progress');
  if (found === undefined) return null;
  return {
    chainId: found.chain_id,
    firstHeight: Number(found.first_height),
    height: Number(found.height),
    timeMs: found.time === null ? null : found.time.getTime(),
    hash: found.hash,
  };
}

export async function beginProgress(sql: Sql, chainId: string, first: number): Promise<Progress> {
  await sql.query(
    `insert into progress (chain_id, first_height, height) values ($1, $2, $3)
     on conflict do nothing`,
    [chainId, first, first - 1],
  );
  return (await readProgress(sql))!;
}

/**
 * Moves the cursor, in the transaction of what the blocks changed: so they are in once, whenever
 * the process ends. @throws DatabaseError when another process has moved it
 */
export async function moveProgress(sql: Sql, from: number, to: BlockFacts): Promise<void> {
  const moved = await sql.query(
    'update progress set height = $2, time = $3, hash = $4 where height = $1 returning height',
    [from, to.height, new Date(to.timeMs).toISOString(), to.hash],
  );
  if (moved.length === 1) return;
  throw new DatabaseError(
    'Another indexer writes this history: end one of them. ' +
      'Any number may read: tenor indexer serve',
  );
}
