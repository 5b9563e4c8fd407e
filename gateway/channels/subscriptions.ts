import type { Connection } from '../server/connection.ts';

/** Which connection listens to what. */
export interface Subscriptions {
  /**
   * The channels that it listens to from now on, of those asked for.
   * @throws RpcError for what is no channel
   */
  subscribe(connection: Connection, names: readonly string[], isPrivate: boolean): string[];
  unsubscribe(connection: Connection, names: readonly string[]): string[];
}
