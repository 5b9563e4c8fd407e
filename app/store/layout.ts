import type { Binary } from '../lib/bytes.ts';

/** What the database is of: its last block. */
export const META_KEY: Binary = 'm';
/** The height of the snapshot that the state came from, or is coming from. */
export const RESTORED_KEY: Binary = 'r';
/** Prefix of the records of the Merkle trees. */
export const TREES: Binary = 't';
/** Prefix of what the last block overwrote. */
export const UNDO: Binary = 'u';
/** Prefix of the values of the state. */
export const VALUES: Binary = 'v';

export const treeKey = (store: string, key: Binary): Binary => `${TREES}${store}\0${key}`;
export const valueKey = (store: string, key: Binary): Binary => `${VALUES}${store}\0${key}`;
