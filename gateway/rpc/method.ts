import type { Connection } from '../server/connection.ts';
import type { Services } from '../services.ts';
import type { Params } from './params.ts';

/** Who calls: a connection, or one HTTP request. */
export interface Caller {
  readonly connection: Connection | null;
  readonly isAuthorized: boolean;
  /** Told once the answer has been handed over whole. */
  readonly onWritten: (listener: () => void) => void;
}

/** What a method is, for the protocol and for the table of conformity. */
export interface Method {
  readonly run: (services: Services, params: Params, caller: Caller) => unknown;
  /** Needs a connection to answer over. */
  readonly isWebsocketOnly?: boolean;
  /** How its answer differs from Deribit's; nothing: it is the same. */
  readonly differs?: string;
  /** It says no, whatever it is asked: that is what differs. */
  readonly isRefused?: boolean;
}

export type Methods = Readonly<Record<string, Method>>;
