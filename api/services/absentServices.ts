import * as authz from '../../proto/gen/cosmos.authz.v1beta1.ts';
import * as feegrant from '../../proto/gen/cosmos.feegrant.v1beta1.ts';
import * as gov1 from '../../proto/gen/cosmos.gov.v1.ts';
import * as gov1beta1 from '../../proto/gen/cosmos.gov.v1beta1.ts';
import * as mint from '../../proto/gen/cosmos.mint.v1beta1.ts';
import { accountText } from './bech32.ts';
import { NotThere, ofState, under } from './method.ts';
import type { StateView } from './method.ts';
import { NO_PAGE } from './noPage.ts';

const ZERO = new TextEncoder().encode('0');

/** Nothing is minted: supplies are those of genesis. */
const mintService = under('cosmos.mint.v1beta1.Query', {
  AnnualProvisions: ofState(
    mint.QueryAnnualProvisionsRequest,
    mint.QueryAnnualProvisionsResponse,
    () => ({ annualProvisions: ZERO }),
  ),
  Inflation: ofState(mint.QueryInflationRequest, mint.QueryInflationResponse, () => ({
    inflation: ZERO,
  })),
  Params: ofState(mint.QueryParamsRequest, mint.QueryParamsResponse, () => ({
    params: {
      ...{ mintDenom: 'utenor', inflationRateChange: '0', inflationMax: '0', inflationMin: '0' },
      ...{ goalBonded: '0', blocksPerYear: 0n },
    },
  })),
});

function noProposal({ proposalId }: { proposalId: bigint }): never {
  throw new NotThere(`proposal ${proposalId} doesn't exist: this chain has no governance yet`);
}

/** Both versions have the same methods, with messages of the same names. */
const govService = (name: string, pb: typeof gov1 | typeof gov1beta1): [string, StateView][] => {
  const gov = pb as typeof gov1;
  const list = { pagination: NO_PAGE };
  return under(name, {
    Deposit: ofState(gov.QueryDepositRequest, gov.QueryDepositResponse, (_r, asked) =>
      noProposal(asked),
    ),
    Deposits: ofState(gov.QueryDepositsRequest, gov.QueryDepositsResponse, () => ({
      ...{ deposits: [], ...list },
    })),
    Proposal: ofState(gov.QueryProposalRequest, gov.QueryProposalResponse, (_r, asked) =>
      noProposal(asked),
    ),
    Proposals: ofState(gov.QueryProposalsRequest, gov.QueryProposalsResponse, () => ({
      ...{ proposals: [], ...list },
    })),
    TallyResult: ofState(gov.QueryTallyResultRequest, gov.QueryTallyResultResponse, (_r, asked) =>
      noProposal(asked),
    ),
    Vote: ofState(gov.QueryVoteRequest, gov.QueryVoteResponse, (_r, asked) => noProposal(asked)),
    Votes: ofState(gov.QueryVotesRequest, gov.QueryVotesResponse, () => ({
      ...{ votes: [], ...list },
    })),
  });
};

const grants = (asked: { granter?: string; grantee?: string }) => {
  if (asked.granter !== undefined) accountText(asked.granter);
  if (asked.grantee !== undefined) accountText(asked.grantee);
  return { grants: [], allowances: [], pagination: NO_PAGE };
};

/** Grants of the SDK's kind: here sessions do that (`tenor.sessions.v1`). */
const authzService = under('cosmos.authz.v1beta1.Query', {
  GranteeGrants: ofState(
    authz.QueryGranteeGrantsRequest,
    authz.QueryGranteeGrantsResponse,
    (_reader, asked) => grants(asked),
  ),
  GranterGrants: ofState(
    authz.QueryGranterGrantsRequest,
    authz.QueryGranterGrantsResponse,
    (_reader, asked) => grants(asked),
  ),
  Grants: ofState(authz.QueryGrantsRequest, authz.QueryGrantsResponse, (_reader, asked) =>
    grants(asked),
  ),
});

const feegrantService = under('cosmos.feegrant.v1beta1.Query', {
  Allowance: ofState(
    feegrant.QueryAllowanceRequest,
    feegrant.QueryAllowanceResponse,
    (_reader, asked) => {
      grants(asked);
      throw new NotThere('fee-grant not found: nobody pays the fees of others here');
    },
  ),
  Allowances: ofState(
    feegrant.QueryAllowancesRequest,
    feegrant.QueryAllowancesResponse,
    (_reader, asked) => grants(asked),
  ),
  AllowancesByGranter: ofState(
    feegrant.QueryAllowancesByGranterRequest,
    feegrant.QueryAllowancesByGranterResponse,
    (_reader, asked) => grants(asked),
  ),
});

/** What wallets and explorers ask of modules that this chain does not have: it is empty. */
export const absentServices: readonly (readonly [string, StateView])[] = [
  ...authzService,
  ...feegrantService,
  ...govService('cosmos.gov.v1.Query', gov1),
  ...govService('cosmos.gov.v1beta1.Query', gov1beta1),
  ...mintService,
];
