/** What the names in a path stand for on the network that is asked. */
export interface Named {
  readonly address: string;
  readonly operator: string;
  readonly hash: string;
  readonly height: string;
}

type Asked = readonly [path: string, status: number, key?: string];

/** As rows of one length: Jest hands a test that takes more than its row a callback to call. */
export const rowsOf = (asked: readonly Asked[]): [string, number, string | null][] =>
  asked.map(([path, status, key = null]) => [path, status, key]);

/**
 * Every path that Keplr asks (chainapsis/keplr-wallet, read 2026-11), what it gets, and a key that
 * it reads. Its probes are answered in the words of the gateway.
 */
export const keplrPaths: readonly Asked[] = [
  ['/cosmos/base/tendermint/v1beta1/node_info', 200, 'default_node_info'],
  ['/cosmos/auth/v1beta1/accounts/{address}', 200, 'account'],
  ['/cosmos/bank/v1beta1/balances/{address}?pagination.limit=1000', 200, 'balances'],
  ['/cosmos/bank/v1beta1/spendable_balances/{address}?pagination.limit=1000', 200, 'balances'],
  ['/cosmos/staking/v1beta1/params', 200, 'params'],
  ['/cosmos/staking/v1beta1/pool', 200, 'pool'],
  [
    '/cosmos/staking/v1beta1/validators?pagination.limit=1000&status=BOND_STATUS_BONDED',
    200,
    'validators',
  ],
  ['/cosmos/staking/v1beta1/delegations/{address}', 200, 'delegation_responses'],
  [
    '/cosmos/staking/v1beta1/delegators/{address}/unbonding_delegations',
    200,
    'unbonding_responses',
  ],
  ['/cosmos/distribution/v1beta1/params', 200, 'params'],
  ['/cosmos/distribution/v1beta1/delegators/{address}/rewards', 200, 'rewards'],
  ['/cosmos/authz/v1beta1/grants/granter/{address}', 200, 'grants'],
  ['/ibc/apps/transfer/v1/params', 501],
  ['/feemarket/v1/params', 501],
  ['/cosmos/bank/v1beta1/spendable_balances/test', 400],
];

const PROPOSAL = '/proposals/1';
const govPaths = (version: string): Asked[] => [
  [`/cosmos/gov/${version}/params/deposit`, 501],
  [`/cosmos/gov/${version}/params/tallying`, 501],
  [`/cosmos/gov/${version}/params/voting`, 501],
  [`/cosmos/gov/${version}/proposals`, 200, 'proposals'],
  [`/cosmos/gov/${version}${PROPOSAL}`, 404],
  [`/cosmos/gov/${version}${PROPOSAL}/deposits`, 200, 'deposits'],
  [`/cosmos/gov/${version}${PROPOSAL}/tally`, 404],
  [`/cosmos/gov/${version}${PROPOSAL}/votes`, 200, 'votes'],
  [`/cosmos/gov/${version}${PROPOSAL}/votes/{address}`, 404],
];

/**
 * The paths of ping.pub's explorer that are not another chain's own (ping-pub/explorer,
 * src/libs/api, read 2026-11). What belongs to modules that this chain does not have is 501.
 */
export const explorerPaths: readonly Asked[] = [
  ['/cosmos/auth/v1beta1/accounts', 200, 'accounts'],
  ['/cosmos/auth/v1beta1/accounts/{address}', 200, 'account'],
  ['/cosmos/auth/v1beta1/params', 200, 'params'],
  ['/cosmos/bank/v1beta1/balances/{address}', 200, 'balances'],
  ['/cosmos/bank/v1beta1/denoms_metadata', 200, 'metadatas'],
  ['/cosmos/bank/v1beta1/params', 200, 'params'],
  ['/cosmos/bank/v1beta1/supply', 200, 'supply'],
  ['/cosmos/bank/v1beta1/supply/by_denom?denom=uusd', 200, 'amount'],
  ['/cosmos/bank/v1beta1/supply/uusd', 200, 'amount'],
  [
    '/cosmos/base/tendermint/v1beta1/abci_query?path=/cosmos.staking.v1beta1.Query/Pool',
    200,
    'code',
  ],
  ['/cosmos/base/tendermint/v1beta1/blocks/latest', 200, 'sdk_block'],
  ['/cosmos/base/tendermint/v1beta1/blocks/{height}', 200, 'block'],
  ['/cosmos/base/tendermint/v1beta1/node_info', 200, 'application_version'],
  ['/cosmos/base/tendermint/v1beta1/validatorsets/latest', 200, 'validators'],
  ['/cosmos/base/tendermint/v1beta1/validatorsets/{height}', 200, 'validators'],
  ['/cosmos/distribution/v1beta1/community_pool', 200, 'pool'],
  ['/cosmos/distribution/v1beta1/delegators/{address}/rewards', 200, 'total'],
  ['/cosmos/distribution/v1beta1/params', 200, 'params'],
  ['/cosmos/distribution/v1beta1/validators/{operator}/commission', 200, 'commission'],
  ['/cosmos/distribution/v1beta1/validators/{operator}/outstanding_rewards', 200, 'rewards'],
  ['/cosmos/distribution/v1beta1/validators/{operator}/slashes', 200, 'slashes'],
  ...govPaths('v1'),
  ...govPaths('v1beta1'),
  ['/cosmos/group/v1/groups', 501],
  ['/cosmos/group/v1/groups_by_admin/{address}', 501],
  ['/cosmos/group/v1/groups_by_member/{address}', 501],
  ['/cosmos/group/v1/proposal/1', 501],
  ['/cosmos/group/v1/proposals/1/tally', 501],
  ['/cosmos/group/v1/proposals_by_group_policy/{address}', 501],
  ['/cosmos/mint/v1beta1/annual_provisions', 200, 'annual_provisions'],
  ['/cosmos/mint/v1beta1/inflation', 200, 'inflation'],
  ['/cosmos/mint/v1beta1/params', 200, 'params'],
  ['/cosmos/params/v1beta1/params?subspace=staking&key=MaxValidators', 501],
  ['/cosmos/slashing/v1beta1/params', 501],
  ['/cosmos/slashing/v1beta1/signing_infos', 501],
  ['/cosmos/staking/v1beta1/delegations/{address}', 200, 'delegation_responses'],
  ['/cosmos/staking/v1beta1/delegators/{address}/redelegations', 200, 'redelegation_responses'],
  [
    '/cosmos/staking/v1beta1/delegators/{address}/unbonding_delegations',
    200,
    'unbonding_responses',
  ],
  ['/cosmos/staking/v1beta1/delegators/{address}/validators', 200, 'validators'],
  ['/cosmos/staking/v1beta1/params', 200, 'params'],
  ['/cosmos/staking/v1beta1/pool', 200, 'pool'],
  ['/cosmos/staking/v1beta1/validators/{operator}', 200, 'validator'],
  ['/cosmos/staking/v1beta1/validators/{operator}/delegations', 200, 'delegation_responses'],
  ['/cosmos/staking/v1beta1/validators/{operator}/delegations/{address}', 404],
  ['/cosmos/staking/v1beta1/validators/{operator}/delegations/{address}/unbonding_delegation', 404],
  [
    '/cosmos/staking/v1beta1/validators?pagination.limit=300&status=BOND_STATUS_BONDED',
    200,
    'validators',
  ],
  ["/cosmos/tx/v1beta1/txs?events=message.sender='{address}'", 200, 'tx_responses'],
  [
    "/cosmos/tx/v1beta1/txs?query=message.sender='{address}'&limit=1&order_by=2",
    200,
    'tx_responses',
  ],
  ['/cosmos/tx/v1beta1/txs/block/{height}', 200, 'txs'],
  ['/cosmos/tx/v1beta1/txs/{hash}', 200, 'tx_response'],
  ['/ibc/apps/interchain_accounts/controller/v1/params', 501],
  ['/ibc/apps/transfer/v1/denom_traces', 501],
  ['/ibc/core/channel/v1/channels', 501],
  ['/ibc/core/connection/v1/connections', 501],
];

export const named = (path: string, names: Named): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: keyof Named) => names[name]);
