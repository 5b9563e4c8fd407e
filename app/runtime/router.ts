import type { MsgHandler } from './module.ts';

/** Message handlers by type URL. */
export type Router = ReadonlyMap<string, MsgHandler>;
