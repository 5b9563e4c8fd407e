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
  /** Of the chain's genesis; null in a history of a program that did not keep it. */
  readonly genesisHash: string | null;
}

interface Found {
  readonly chain_id: string;
  readonly first_height: string;
  readonly height: string;
  readonly time: Date | null;
  readonly hash: string | null;
  readonly genesis_hash: string | null;
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
    genesisHash: found.genesis_hash,
  };
}

export interface Beginning {
  readonly chainId: string;
  readonly first: number;
  readonly genesisHash: string;
}

export async function beginProgress(
  sql: Sql,
  { chainId, first, genesisHash }: Beginning,
): Promise<Progress> {
  await sql.query(
    `insert into progress (chain_id, first_height, height, genesis_hash) values ($1, $2, $3, $4)`,
    [chainId, first, first - 1, genesisHash],
  );
  return (await readProgress(sql))!;
}

/** A history that was begun before it was kept. */
export async function noteGenesis(sql: Sql, genesisHash: string): Promise<void> {
  await sql.query('update progress set genesis_hash = $1', [genesisHash]);
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
