import { DeadManSwitch } from '../../../../proto/gen/tenor.clob.v1.ts';
import { Collection } from '../../../store/collection.ts';
import { i64, lastText, tuple, u64 } from '../../../lib/keys.ts';
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

/** Ids in the book of a series. */
export interface QuoteIds {
  readonly bid: bigint | undefined;
  readonly ask: bigint | undefined;
}

/** What is quoted, by group and series. */
export const quotes = derived<readonly [bigint, bigint], QuoteIds>(
  34,
  'quotes',
  tuple<[bigint, bigint]>(u64, u64),
);

type Due = readonly [bigint, bigint];
/** Subaccounts with a switch, by its deadline in ms. */
export const deadlines = derived<Due, true>(35, 'deadlines', tuple<[bigint, bigint]>(i64, u64));
