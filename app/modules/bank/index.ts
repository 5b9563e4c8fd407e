import { GenesisState } from '../../../proto/gen/tenor.bank.v1.ts';
import { decodeAddress, encodeAddress } from '../../lib/address.ts';
import { schemasOf } from '../../store/collection.ts';
import * as state from './state.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { Module } from '../../runtime/module.ts';
import { coinsOf, mintCoins } from './ledger.ts';
import { send } from './msgs/send.ts';
import { bankQueries } from './queries.ts';
import { balances, supplies } from './state.ts';

export * from './ledger.ts';

const genesis = genesisOf<GenesisState>({
  codec: GenesisState,
  check({ balances }) {
    for (const { address, coins } of balances) {
      if (decodeAddress(address) === null) return `${address} is not a tenor address`;
      const bad = coins.find(
        (c) => !/^[1-9]\d{0,38}$/.test(c.amount) || !/^[a-z][a-z0-9/]{2,127}$/.test(c.denom),
      );
      if (bad !== undefined) return `${address}: ${bad.amount}${bad.denom} is not a coin`;
    }
    return null;
  },
  init(ctx, state) {
    for (const { address, coins } of state.balances) {
      for (const { denom, amount } of coins) mintCoins(ctx, address, denom, BigInt(amount));
    }
  },
  export(view) {
    const addresses = new Map<string, true>();
    for (const [[key]] of balances.entries(view)) addresses.set(encodeAddress(key), true);
    return {
      balances: [...addresses.keys()].map((address) => ({
        address,
        coins: coinsOf(view, address),
      })),
    };
  },
});

export const bankModule: Module = {
  name: 'bank',
  schemas: schemasOf(state),
  msgs: [send],
  queries: bankQueries,
  genesis,
  invariants: {
    'supply is the sum of balances': (view) => {
      const sums = new Map<string, bigint>();
      for (const [[, denom], amount] of balances.entries(view))
        sums.set(denom, (sums.get(denom) ?? 0n) + amount);
      for (const [denom, supply] of supplies.entries(view)) {
        if (sums.get(denom) !== supply)
          return `${denom}: supply ${supply}, balances ${sums.get(denom) ?? 0n}`;
      }
      return null;
    },
  },
};
