/** One statement at a time. 64-bit integers and numerics come as decimal text, as everywhere. */
export interface Sql {
  query<T = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several statements without parameters. */
  script(text: string): Promise<void>;
}

/** A database that speaks PostgreSQL's SQL: the embedded one or a server. */
export interface Database extends Sql {
  /** `PGlite` or `PostgreSQL`, for people. */
  readonly kind: string;
  /** All or nothing. What is thrown inside comes out, and nothing was written. */
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The database cannot be used as it is; the message says what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
