import * as pb from '../../proto/gen/cosmos.distribution.v1beta1.ts';
import { accountText, operatorBytes } from './bech32.ts';
import { NotThere, ofState, under } from './method.ts';
import type { StateView } from './method.ts';
import { NO_PAGE } from './noPage.ts';

/** `cosmos.distribution.v1beta1.Query`: staking earns nothing, and there is no pool. */
export const distributionService: readonly (readonly [string, StateView])[] = under(
  'cosmos.distribution.v1beta1.Query',
  {
    CommunityPool: ofState(pb.QueryCommunityPoolRequest, pb.QueryCommunityPoolResponse, () => ({
      pool: [],
    })),
    DelegationRewards: ofState(
      pb.QueryDelegationRewardsRequest,
      pb.QueryDelegationRewardsResponse,
      (_reader, { delegatorAddress, validatorAddress }) => {
        operatorBytes(validatorAddress);
        throw new NotThere(`no delegation of ${accountText(delegatorAddress)} to this validator`);
      },
    ),
    DelegationTotalRewards: ofState(
      pb.QueryDelegationTotalRewardsRequest,
      pb.QueryDelegationTotalRewardsResponse,
      (_reader, { delegatorAddress }) => {
        accountText(delegatorAddress);
        return { rewards: [], total: [] };
      },
    ),
    DelegatorValidators: ofState(
      pb.QueryDelegatorValidatorsRequest,
      pb.QueryDelegatorValidatorsResponse,
      (_reader, { delegatorAddress }) => {
        accountText(delegatorAddress);
        return { validators: [] };
      },
    ),
    DelegatorWithdrawAddress: ofState(
      pb.QueryDelegatorWithdrawAddressRequest,
      pb.QueryDelegatorWithdrawAddressResponse,
      (_reader, { delegatorAddress }) => ({ withdrawAddress: accountText(delegatorAddress) }),
    ),
    Params: ofState(pb.QueryParamsRequest, pb.QueryParamsResponse, () => ({
      params: {
        ...{ communityTax: '0', baseProposerReward: '0', bonusProposerReward: '0' },
        withdrawAddrEnabled: false,
      },
    })),
    ValidatorCommission: ofState(
      pb.QueryValidatorCommissionRequest,
      pb.QueryValidatorCommissionResponse,
      (_reader, { validatorAddress }) => {
        operatorBytes(validatorAddress);
        return { commission: { commission: [] } };
      },
    ),
    ValidatorOutstandingRewards: ofState(
      pb.QueryValidatorOutstandingRewardsRequest,
      pb.QueryValidatorOutstandingRewardsResponse,
      (_reader, { validatorAddress }) => {
        operatorBytes(validatorAddress);
        return { rewards: { rewards: [] } };
      },
    ),
    ValidatorSlashes: ofState(
      pb.QueryValidatorSlashesRequest,
      pb.QueryValidatorSlashesResponse,
      (_reader, { validatorAddress }) => {
        operatorBytes(validatorAddress);
        return { slashes: [], pagination: NO_PAGE };
      },
    ),
  },
);
