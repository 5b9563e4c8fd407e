import { GenesisState } from '../../../proto/gen/tenor.auth.v1.ts';
import { decodeAddress, encodeAddress } from '../../lib/address.ts';
import { schemasOf } from '../../store/collection.ts';
import * as state from './state.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { Module } from '../../runtime/module.ts';
import { addressBytes, purgeNonces } from './accounts.ts';
import { authQueries } from './queries.ts';
import { accounts, buckets, nextAccountNumber, nonces } from './state.ts';

export * from './accounts.ts';
export * from './buckets.ts';
export { MODULE_ACCOUNTS } from './queries.ts';

const genesis = genesisOf<GenesisState>({
  codec: GenesisState,
  check: checkGenesis,
  init(ctx, state) {
    for (const account of state.accounts) accounts.set(ctx, addressBytes(account.address), account);
    for (const { address, bucket } of state.buckets) {
      if (bucket !== undefined) buckets.set(ctx, addressBytes(address), bucket);
    }
    for (const { address, timeoutNs } of state.nonces) {
      nonces.set(ctx, [timeoutNs, addressBytes(address)], true);
    }
    nextAccountNumber.set(ctx, state.nextAccountNumber);
  },
  export: (view) => ({
    accounts: [...accounts.entries(view)].map(([, account]) => account),
    buckets: [...buckets.entries(view)].map(([key, bucket]) => ({
      address: encodeAddress(key),
      bucket,
    })),
    nonces: [...nonces.entries(view)].map(([[timeoutNs, key]]) => ({
      address: encodeAddress(key),
      timeoutNs,
    })),
    nextAccountNumber: nextAccountNumber.get(view) ?? 0n,
  }),
});

function checkGenesis(state: GenesisState): string | null {
  const addresses = [...state.accounts, ...state.buckets, ...state.nonces].map((a) => a.address);
  const bad = addresses.find((address) => decodeAddress(address) === null);
  if (bad !== undefined) return `${bad} is not a tenor address`;
  const seen = new Set<string | bigint>();
  for (const { address, accountNumber } of state.accounts) {
    // A number that is given twice lets a signature of one account stand for another.
    if (seen.has(address) || seen.has(accountNumber)) return `${address}: a second time, or number`;
    if (accountNumber >= state.nextAccountNumber) return `${address}: a number not given out yet`;
    seen.add(address).add(accountNumber);
  }
  return null;
}

export const authModule: Module = {
  name: 'auth',
  schemas: schemasOf(state),
  msgs: [],
  queries: authQueries,
  genesis,
  invariants: {
    'account numbers are below the next one': (view) => {
      const next = nextAccountNumber.get(view) ?? 0n;
      for (const [, account] of accounts.entries(view)) {
        if (account.accountNumber >= next)
          return `${account.address} has number ${account.accountNumber}`;
      }
      return null;
    },
  },
  beginBlock: purgeNonces,
};
