import type { TenorClient } from '../client/index.ts';
import type { Access } from './access/access.ts';
import type { Subscriptions } from './channels/subscriptions.ts';
import type { Market } from './market/market.ts';

/** What is told to whoever runs the gateway: an object a line. */
export type Log = (entry: Readonly<Record<string, unknown>> & { readonly kind: string }) => void;

/** All that methods and channels work with. */
export interface Services {
  readonly client: TenorClient;
  readonly access: Access;
  readonly market: Market;
  readonly hub: Subscriptions;
  readonly isTestnet: boolean;
  readonly log: Log;
}
