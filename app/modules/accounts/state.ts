import {
  Deficit,
  Fund,
  FundRequest,
  FundShares,
  OwnerFees,
  Settlement,
} from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Holdings } from './core/holdings.ts';
import { Collection, Item } from '../../store/collection.ts';
import { address, i64, tuple, u32, u64 } from '../../lib/keys.ts';
import type { KeyPart } from '../../lib/keys.ts';
import { records } from '../../lib/records.ts';
import { u64Value } from '../../lib/values.ts';
import type { ValueCodec } from '../../lib/values.ts';

const store = 'accounts';

function proved<K, V>(prefix: number, name: string, key: KeyPart<K>, value: ValueCodec<V>) {
  return new Collection<K, V>({ store, prefix, name, key, value, storage: 'proved' });
}

function provedItem(prefix: number, name: string) {
  return new Item<bigint>({ store, prefix, name, value: u64Value, storage: 'proved' });
}

function derived<K, V>(prefix: number, name: string, key: KeyPart<K>) {
  const inMemory: ValueCodec<V> = {
    encode: () => new Uint8Array(0),
    decode() {
      throw new Error(`${store}/${name} has no bytes`);
    },
  };
  return new Collection<K, V>({ store, prefix, name, key, value: inMemory, storage: 'derived' });
}

type Held = readonly [number, bigint, bigint, bigint];
const expiryKey = tuple<[number, bigint]>(u32, i64);

export const subaccounts = new Collection({ ...records.subaccounts, storage: 'proved' });
export const positions = new Collection({ ...records.positions, storage: 'proved' });
export const deficits = proved(3, 'deficits', u64, Deficit);
/** Payouts that are under way, by underlying and expiry. */
export const settlements = proved(4, 'settlements', expiryKey, Settlement);
/** Fees taken from subaccounts in this block, until its end. */
export const feePot = provedItem(5, 'feePot');
export const nextId = provedItem(6, 'nextId');
/** Proved, so that a client can be sure that an owner has no subaccount of a number. */
export const subaccountIds = new Collection({ ...records.subaccountIds, storage: 'proved' });

/** Insurance funds, by underlying. */
export const funds = proved(8, 'funds', u32, Fund);
export const fundShares = proved(
  9,
  'fundShares',
  tuple<[number, Uint8Array]>(u32, address),
  FundShares,
);
/** Entries and exits of underwriters that wait, by owner and id. */
export const fundRequests = proved(
  10,
  'fundRequests',
  tuple<[Uint8Array, bigint]>(address, u64),
  FundRequest,
);
export const nextRequestId = provedItem(11, 'nextRequestId');
/** Deposits to subaccounts under liquidation since their breach. */
export const lateDeposits = proved(12, 'lateDeposits', u64, u64Value);

/** Trading fees of an owner, and those of its earlier days by day. */
export const ownerFees = proved(13, 'ownerFees', address, OwnerFees);
export const feeDays = proved(14, 'feeDays', tuple<[Uint8Array, number]>(address, u32), u64Value);
/** What referrers have from fees of this block, and of earlier ones where they were many. */
export const referrals = proved(15, 'referrals', address, u64Value);
/** Of this block's fees, until its end. */
export const treasuryPot = provedItem(16, 'treasuryPot');

// 20 was an index by owner.

/** Positions by underlying, expiry, subaccount and series. */
export const holders = derived<Held, true>(
  21,
  'holders',
  tuple<[number, bigint, bigint, bigint]>(u32, i64, u64, u64),
);
/** Subaccounts with a short position or negative cash: how many shorts. */
export const risky = derived<bigint, number>(22, 'risky', u64);
/** What each subaccount holds and has resting, flat: core/holdings.ts. */
export const holdings = derived<bigint, Holdings>(24, 'holdings', u64);
/** Sums over all subaccounts of an address. */
export interface OwnerSums {
  /** Below 0 where realised losses are larger than all the rest. */
  readonly cashUusd: bigint;
  readonly openOrders: number;
}
/** By address. */
export const owners = derived<Uint8Array, OwnerSums>(25, 'owners', address);
/** Owners of what waits to enter or leave a fund, by time and id. */
export const fundQueue = derived<readonly [bigint, bigint], string>(
  26,
  'fundQueue',
  tuple<[bigint, bigint]>(i64, u64),
);
/** Subaccounts under liquidation; kept by that module, which lies above. */
export const flagged = derived<bigint, true>(23, 'flagged', u64);
