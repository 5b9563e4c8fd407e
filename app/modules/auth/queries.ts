import * as pb from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import type { Any } from '../../../proto/gen/google.protobuf.ts';
import { ADDRESS_BYTES, ADDRESS_PREFIX, encodeAddress, moduleAddress } from '../../lib/address.ts';
import { paginate } from '../../lib/pagination.ts';
import { BYTE_GAS, SIGNATURE_GAS } from '../../runtime/ante.ts';
import type { View } from '../../runtime/context.ts';
import { sdk } from '../../runtime/errors.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { runtimeParams } from '../../runtime/runtimeParams.ts';
import { MAX_MEMBERS } from '../../runtime/signerKey.ts';
import { accountOf, addressBytes } from './accounts.ts';
import { accounts, nextAccountNumber } from './state.ts';

/** Accounts that no key controls, in the order of their names. */
export const MODULE_ACCOUNTS = ['accounts', 'fee_collector', 'treasury'] as const;

const SERVICE = '/cosmos.auth.v1beta1.Query';

/** `cosmos.auth.v1beta1.Query`. */
export const authQueries: Readonly<Record<string, QueryHandler>> = {
  [`${SERVICE}/Account`]: query(
    pb.QueryAccountRequest,
    pb.QueryAccountResponse,
    (view, { address }) => ({ account: anyOf(known(view, address)) }),
  ),
  [`${SERVICE}/AccountInfo`]: query(
    pb.QueryAccountInfoRequest,
    pb.QueryAccountInfoResponse,
    (view, { address }) => ({ info: known(view, address) }),
  ),
  [`${SERVICE}/Accounts`]: query(
    pb.QueryAccountsRequest,
    pb.QueryAccountsResponse,
    (view, { pagination: asked }) => {
      const { items, pagination } = paginate(allAccounts(view), asked);
      return { accounts: items.map(anyOf), pagination };
    },
  ),
  [`${SERVICE}/AddressBytesToString`]: query(
    pb.AddressBytesToStringRequest,
    pb.AddressBytesToStringResponse,
    (_view, { addressBytes: bytes }) => {
      if (bytes.length !== ADDRESS_BYTES) {
        throw sdk.invalidAddress(`an address has ${ADDRESS_BYTES} bytes`);
      }
      return { addressString: encodeAddress(bytes) };
    },
  ),
  [`${SERVICE}/AddressStringToBytes`]: query(
    pb.AddressStringToBytesRequest,
    pb.AddressStringToBytesResponse,
    (_view, { addressString }) => ({ addressBytes: addressBytes(addressString) }),
  ),
  [`${SERVICE}/Bech32Prefix`]: query(pb.Bech32PrefixRequest, pb.Bech32PrefixResponse, () => ({
    bech32Prefix: ADDRESS_PREFIX,
  })),
  [`${SERVICE}/ModuleAccountByName`]: query(
    pb.QueryModuleAccountByNameRequest,
    pb.QueryModuleAccountByNameResponse,
    (view, { name }) => {
      const found = moduleAccount(view, name);
      if (found === undefined) throw sdk.keyNotFound(`module account ${name} not found`);
      return { account: found };
    },
  ),
  [`${SERVICE}/ModuleAccounts`]: query(
    pb.QueryModuleAccountsRequest,
    pb.QueryModuleAccountsResponse,
    (view) => ({
      accounts: MODULE_ACCOUNTS.flatMap((name) => moduleAccount(view, name) ?? []),
    }),
  ),
  [`${SERVICE}/Params`]: query(pb.QueryParamsRequest, pb.QueryParamsResponse, (view) => ({
    params: {
      maxMemoCharacters: BigInt(runtimeParams.get(view).maxMemoBytes),
      txSigLimit: BigInt(MAX_MEMBERS),
      txSizeCostPerByte: BigInt(BYTE_GAS),
      // No account has such a key.
      sigVerifyCostEd25519: 0n,
      sigVerifyCostSecp256k1: BigInt(SIGNATURE_GAS),
    },
  })),
};

function known(view: View, address: string): pb.BaseAccount {
  const account = accountOf(view, address);
  if (account !== undefined) return account;
  // cosmjs recognises this wording (stargate, StargateClient.getAccount).
  throw sdk.keyNotFound(
    `rpc error: code = NotFound desc = account ${address} not found: key not found`,
  );
}

const anyOf = (account: pb.BaseAccount): Any => ({
  typeUrl: pb.BaseAccount.typeUrl,
  value: pb.BaseAccount.encode(account),
});

/** Undefined for a name that is no module's, and before somebody sent it anything. */
function moduleAccount(view: View, name: string): Any | undefined {
  if (!MODULE_ACCOUNTS.some((one) => one === name)) return undefined;
  const baseAccount = accountOf(view, moduleAddress(name));
  if (baseAccount === undefined) return undefined;
  const value = pb.ModuleAccount.encode({ baseAccount, name, permissions: [] });
  return { typeUrl: pb.ModuleAccount.typeUrl, value };
}

function allAccounts(view: View) {
  return {
    *from(key: Uint8Array | undefined, isReverse: boolean) {
      if (isReverse) throw sdk.invalidRequest('accounts are told in the order of addresses alone');
      if (key !== undefined && key.length !== ADDRESS_BYTES) {
        throw sdk.invalidRequest('pagination.key is none that this query gave');
      }
      yield* accounts.entries(view, key === undefined ? {} : { from: key });
    },
    // Accounts are never removed, and numbered from 0.
    count: () => Number(nextAccountNumber.get(view) ?? 0n),
  };
}
