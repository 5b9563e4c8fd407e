/** The matching core: one order book, without a chain. What is exported here is its public face. */
export { Book } from './book.ts';
export { DEFAULT_MAX_MATCHES } from './bookLimits.ts';
export { HEADER_PAGE, Sequence } from './bookState.ts';
export { PageError, ordersIn, readHeader } from './pages.ts';
export { REPORT_WIDTH, ReportBuffer } from './reportBuffer.ts';
export type { LevelVisitor, OrderVisitor } from './bookReader.ts';
export type { Clearing } from './clearing.ts';
export { groupOfTag } from './tags.ts';
export type { PageVisitor } from './pages.ts';
export * from './types.ts';
