export type { Place } from './db/openDatabase.ts';
export { DatabaseError, DatabaseGone } from './db/database.ts';
export { LedgerError } from './apply/ledger.ts';
export { SourceError } from './source/facts.ts';
export { runIndexer, serveHistory } from './runIndexer.ts';
export type { IndexerEvents, IndexerOptions, ServeOptions } from './runIndexer.ts';
