import type { Database } from '../db/database.ts';
import type { Params } from './params.ts';

/** What a route answers from. */
export interface Asked {
  readonly database: Database;
  readonly params: Params;
}

export type Route = (asked: Asked) => Promise<Record<string, unknown>>;
