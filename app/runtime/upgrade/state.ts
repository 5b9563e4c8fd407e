import { AppliedUpgrade, UpgradePlan } from '../../../proto/gen/tenor.runtime.v1.ts';
import { lastText } from '../../lib/keys.ts';
import { u64Value } from '../../lib/values.ts';
import { Collection, Item } from '../../store/collection.ts';

// These are read before anything else of a database, by any program: their format never changes.
const store = 'runtime';

export const plan = new Item<UpgradePlan>({
  ...{ store, prefix: 2, name: 'plan' },
  value: UpgradePlan,
  storage: 'proved',
});
/** Upgrades that were carried out, by name. */
export const applied = new Collection<string, AppliedUpgrade>({
  ...{ store, prefix: 3, name: 'applied' },
  key: lastText,
  value: AppliedUpgrade,
  storage: 'proved',
});
/** The version of each module's state, by the module's name. */
export const moduleVersions = new Collection<string, bigint>({
  ...{ store, prefix: 4, name: 'moduleVersions' },
  key: lastText,
  value: u64Value,
  storage: 'proved',
});
