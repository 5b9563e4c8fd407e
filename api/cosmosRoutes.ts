import * as auth from '../proto/gen/cosmos.auth.v1beta1.ts';
import * as bank from '../proto/gen/cosmos.bank.v1beta1.ts';
import { PubKey } from '../proto/gen/cosmos.crypto.secp256k1.ts';
import { text } from './params.ts';
import type { Params } from './params.ts';
import type { Reader } from './port.ts';
import type { Route } from './route.ts';

function account(reader: Reader, params: Params) {
  const { account: any } = reader.ask(
    '/cosmos.auth.v1beta1.Query/Account',
    auth.QueryAccountRequest,
    auth.QueryAccountResponse,
    { address: text(params, 'address') },
  );
  const { address, pubKey, accountNumber, sequence } = auth.BaseAccount.decode(any!.value);
  const key = pubKey === undefined ? null : PubKey.decode(pubKey.value).key;
  return {
    account: {
      '@type': auth.BaseAccount.typeUrl,
      address,
      pub_key: key === null ? null : { '@type': PubKey.typeUrl, key },
      account_number: accountNumber,
      sequence,
    },
  };
}

function balances(reader: Reader, params: Params) {
  const answer = reader.ask(
    '/cosmos.bank.v1beta1.Query/AllBalances',
    bank.QueryAllBalancesRequest,
    bank.QueryAllBalancesResponse,
    { address: text(params, 'address'), resolveDenom: false },
  );
  const total = String(answer.balances.length);
  return { balances: answer.balances, pagination: { next_key: null, total } };
}

/** The paths of the Cosmos SDK that wallets and explorers read, with its field names. */
export function cosmosRoutes(chainId: () => string): Readonly<Record<string, Route>> {
  return {
    '/cosmos/base/tendermint/v1beta1/node_info': () => ({
      default_node_info: { network: chainId(), moniker: 'tenor' },
      application_version: { name: 'tenor', app_name: 'tenor', version: '0.1.0' },
    }),
    '/cosmos/auth/v1beta1/accounts/:address': account,
    '/cosmos/bank/v1beta1/balances/:address': balances,
    '/cosmos/bank/v1beta1/spendable_balances/:address': balances,
  };
}
