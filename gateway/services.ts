import type { TenorClient } from '../client/index.ts';
import type { Access } from './access/access.ts';
import type { Account } from './account/account.ts';
import type { DeadMan } from './account/deadMan.ts';
import type { Disconnects } from './account/disconnects.ts';
import type { Signing } from './account/signing.ts';
import type { Trading } from './account/trading.ts';
import type { Subscriptions } from './channels/subscriptions.ts';
import type { History } from './history.ts';
import type { Log } from './log.ts';
import type { Market } from './market/market.ts';

/** All that methods and channels work with. */
export interface Services {
  readonly client: TenorClient;
  readonly access: Access;
  readonly market: Market;
  readonly account: Account;
  readonly signing: Signing;
  readonly trading: Trading;
  readonly deadMan: DeadMan;
  readonly disconnects: Disconnects;
  readonly hub: Subscriptions;
  /** Null where no indexer is named. */
  readonly history: History | null;
  readonly isTestnet: boolean;
  /** A label names an order until that is answered, not as long as the chain knows it. */
  readonly repeatsLabels: boolean;
  readonly log: Log;
}
