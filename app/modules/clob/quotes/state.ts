import { DeadManSwitch } from '../../../../proto/gen/tenor.clob.v1.ts';
import { Collection } from '../../../store/collection.ts';
import { i64, lastText, tuple, u32, u64 } from '../../../lib/keys.ts';
import { records } from '../../../lib/records.ts';
import { derived, kept, provedItem } from '../collections.ts';

/** By id. What a group quotes is in the books: its orders have its tag. */
export const groups = new Collection({ ...records.quoteGroups, storage: 'proved' });
export const nextGroupId = provedItem(31, 'nextQuoteGroupId');
/** By subaccount. */
export const switches = kept('proved', 32, 'deadManSwitches', u64, DeadManSwitch);

/** By subaccount: what each of its groups has in the books, so that a proof leaves none out. */
export const quoting = new Collection({ ...records.quotingGroups, storage: 'proved' });

type Named = readonly [bigint, string];
/** Groups by subaccount and name. */
export const groupNames = derived<Named, bigint>(
  33,
  'quoteGroupNames',
  tuple<[bigint, string]>(u64, lastText),
);

type Quoted = readonly [bigint, bigint, number];
/** Ids in their books, by (group, series, 1 to buy or 0 to sell). */
export const quotes = derived<Quoted, bigint>(
  34,
  'quotes',
  tuple<[bigint, bigint, number]>(u64, u64, u32),
);

type Due = readonly [bigint, bigint];
/** Subaccounts with a switch, by its deadline in ms. */
export const deadlines = derived<Due, true>(35, 'deadlines', tuple<[bigint, bigint]>(i64, u64));
