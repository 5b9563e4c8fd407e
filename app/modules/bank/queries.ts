import { Buffer } from 'node:buffer';
import * as pb from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import type { Coin } from '../../../proto/gen/cosmos.base.v1beta1.ts';
import { COINS } from '../../lib/amountText.ts';
import { listSource, paginate } from '../../lib/pagination.ts';
import type { View } from '../../runtime/context.ts';
import { sdk } from '../../runtime/errors.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { balanceOf, coinsOf } from './ledger.ts';
import { supplies } from './state.ts';

const SERVICE = '/cosmos.bank.v1beta1.Query';

const balance = (view: View, { address, denom }: pb.QueryBalanceRequest) => ({
  balance: { denom, amount: balanceOf(view, address, denom).toString() },
});

/** All that an address holds can be spent: what is bound is with other modules. */
function balancesPage(view: View, { address, pagination: asked }: pb.QueryAllBalancesRequest) {
  const { items, pagination } = paginate(coinSource(coinsOf(view, address)), asked);
  return { balances: items, pagination };
}

const coinSource = (coins: readonly Coin[]) =>
  listSource(coins, ({ denom }) => Buffer.from(denom, 'utf8'));

const supplyOf = (view: View, denom: string): Coin => ({
  denom,
  amount: (supplies.get(view, denom) ?? 0n).toString(),
});

/** What wallets show instead of base units. */
const METADATA: readonly pb.Metadata[] = COINS.map(({ name, denom, decimals }) => ({
  description: name === 'usd' ? 'Quote and collateral of the exchange' : 'Staking and fee token',
  denomUnits: [
    { denom, exponent: 0, aliases: [] },
    { denom: name, exponent: decimals, aliases: [] },
  ],
  base: denom,
  display: name,
  name: name === 'usd' ? 'US dollar' : 'Tenor',
  symbol: name.toUpperCase(),
  uri: '',
  uriHash: '',
}));

function metadataOf(_view: View, { denom }: pb.QueryDenomMetadataRequest) {
  const metadata = METADATA.find(({ base }) => base === denom);
  if (metadata === undefined) throw sdk.keyNotFound(`client metadata for denom ${denom} not found`);
  return { metadata };
}

/** `cosmos.bank.v1beta1.Query`. */
export const bankQueries: Readonly<Record<string, QueryHandler>> = {
  [`${SERVICE}/AllBalances`]: query(
    pb.QueryAllBalancesRequest,
    pb.QueryAllBalancesResponse,
    balancesPage,
  ),
  [`${SERVICE}/Balance`]: query(pb.QueryBalanceRequest, pb.QueryBalanceResponse, balance),
  [`${SERVICE}/DenomMetadata`]: query(
    pb.QueryDenomMetadataRequest,
    pb.QueryDenomMetadataResponse,
    metadataOf,
  ),
  [`${SERVICE}/DenomMetadataByQueryString`]: query(
    pb.QueryDenomMetadataByQueryStringRequest,
    pb.QueryDenomMetadataByQueryStringResponse,
    metadataOf,
  ),
  [`${SERVICE}/DenomsMetadata`]: query(
    pb.QueryDenomsMetadataRequest,
    pb.QueryDenomsMetadataResponse,
    (_view, { pagination: asked }) => {
      const source = listSource(METADATA, ({ base }) => Buffer.from(base, 'utf8'));
      const { items, pagination } = paginate(source, asked);
      return { metadatas: items, pagination };
    },
  ),
  [`${SERVICE}/Params`]: query(pb.QueryParamsRequest, pb.QueryParamsResponse, () => ({
    params: { sendEnabled: [], defaultSendEnabled: true },
  })),
  [`${SERVICE}/SendEnabled`]: query(
    pb.QuerySendEnabledRequest,
    pb.QuerySendEnabledResponse,
    // As the SDK: a denomination that was never switched is not listed.
    () => ({ sendEnabled: [], pagination: { nextKey: new Uint8Array(0), total: 0n } }),
  ),
  [`${SERVICE}/SpendableBalanceByDenom`]: query(
    pb.QuerySpendableBalanceByDenomRequest,
    pb.QuerySpendableBalanceByDenomResponse,
    balance,
  ),
  [`${SERVICE}/SpendableBalances`]: query(
    pb.QuerySpendableBalancesRequest,
    pb.QuerySpendableBalancesResponse,
    (view, asked) => balancesPage(view, { ...asked, resolveDenom: false }),
  ),
  [`${SERVICE}/SupplyOf`]: query(
    pb.QuerySupplyOfRequest,
    pb.QuerySupplyOfResponse,
    (view, { denom }) => ({ amount: supplyOf(view, denom) }),
  ),
  [`${SERVICE}/TotalSupply`]: query(
    pb.QueryTotalSupplyRequest,
    pb.QueryTotalSupplyResponse,
    (view, { pagination: asked }) => {
      const coins = [...supplies.entries(view)].map(([denom]) => supplyOf(view, denom));
      const { items, pagination } = paginate(coinSource(coins), asked);
      return { supply: items, pagination };
    },
  ),
};
