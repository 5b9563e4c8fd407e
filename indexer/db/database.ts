/** One statement at a time. 64-bit integers and numerics come as decimal text, as everywhere. */
export interface Sql {
  query<T = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several statements without parameters. */
  script(text: string): Promise<void>;
}

/** Writes all or nothing. What is thrown inside comes out, and nothing was written. */
export interface Transactions {
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
}

/** The one process that follows a node into a database. */
export interface Seat extends Sql, Transactions {
  /** For the next one, at once. */
  leave(): Promise<void>;
}

/** A database that speaks PostgreSQL's SQL: the embedded one or a server. */
export interface Database extends Sql, Transactions {
  /** `PGlite` or `PostgreSQL`, for people. */
  readonly kind: string;
  /**
   * The writer's seat, which one process has at a time; the database itself frees it when that
   * one's connection ends. @throws DatabaseGone while another has it
   */
  takeSeat(): Promise<Seat>;
  close(): Promise<void>;
}

/** The database cannot be used as it is; the message says what to do. */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';
}

/** It does not answer, or takes nothing now: to be tried again. */
export class DatabaseGone extends DatabaseError {
  override readonly name = 'DatabaseGone';
}
