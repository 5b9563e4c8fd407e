/** The matching core: one order book, without a chain. What is exported here is its public face. */
export { Book, DEFAULT_MAX_MATCHES } from './book.ts';
export * from './types.ts';
