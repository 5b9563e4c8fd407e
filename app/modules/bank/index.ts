import * as pb from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { GenesisState } from '../../../proto/gen/tenor.bank.v1.ts';
import { decodeAddress, encodeAddress } from '../../lib/address.ts';
import { schemasOf } from '../../store/collection.ts';
import * as state from './state.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import { query } from '../../runtime/module.ts';
import type { Module } from '../../runtime/module.ts';
import { balanceOf, coinsOf, mintCoins } from './ledger.ts';
import { send } from './msgs/send.ts';
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
  queries: {
    '/cosmos.bank.v1beta1.Query/Balance': query(
      pb.QueryBalanceRequest,
      pb.QueryBalanceResponse,
      (view, { address, denom }) => ({
        balance: { denom, amount: balanceOf(view, address, denom).toString() },
      }),
    ),
    '/cosmos.bank.v1beta1.Query/AllBalances': query(
      pb.QueryAllBalancesRequest,
      pb.QueryAllBalancesResponse,
      (view, { address }) => ({
        balances: coinsOf(view, address),
      }),
    ),
    '/cosmos.bank.v1beta1.Query/SpendableBalances': query(
      pb.QuerySpendableBalancesRequest,
      pb.QuerySpendableBalancesResponse,
      (view, { address }) => ({
        balances: coinsOf(view, address),
      }),
    ),
    '/cosmos.bank.v1beta1.Query/SupplyOf': query(
      pb.QuerySupplyOfRequest,
      pb.QuerySupplyOfResponse,
      (view, { denom }) => ({
        amount: { denom, amount: (supplies.get(view, denom) ?? 0n).toString() },
      }),
    ),
  },
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
