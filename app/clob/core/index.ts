/** The matching core: one order book, without a chain. What is exported here is its public face. */
export { Book } from './book.ts';
export { DEFAULT_MAX_MATCHES } from './bookLimits.ts';
export * from './types.ts';
