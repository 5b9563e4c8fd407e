import type { Services } from '../services.ts';

/** Where the messages of a channel come from, for all who listen to it together. */
export interface Source {
  /** What whoever comes gets at once; undefined: it waits for the next message. */
  readonly first: () => unknown;
  /** Begins to tell, until what it returns is called. */
  readonly start: (emit: (data: unknown) => void) => () => void;
}

/** A kind of channel, for the protocol and for the table of conformity. */
export interface Channel {
  /** As Deribit writes it: `ticker.{instrument_name}.{interval}`. */
  readonly pattern: string;
  readonly isPrivate?: boolean;
  readonly differs?: string;
  /**
   * The source, by what stands in the braces; null for what cannot be here and harms nobody, such
   * as a currency of Deribit's.
   * @throws RpcError when it is malformed
   */
  readonly source: (services: Services, parts: Readonly<Record<string, string>>) => Source | null;
}
