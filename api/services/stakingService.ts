import * as pb from '../../proto/gen/cosmos.staking.v1beta1.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.ed25519.ts';
import * as staking from '../../proto/gen/tenor.staking.v1.ts';
import { decodeAddress } from '../../app/lib/address.ts';
import { equalBytes } from '../../app/lib/bytes.ts';
import { listSource, paginate } from '../../app/lib/pagination.ts';
import { BadRequest } from '../params.ts';
import type { Reader } from '../port.ts';
import { accountText, operatorBytes, operatorText } from './bech32.ts';
import { NotThere, ofState, under } from './method.ts';
import type { StateView } from './method.ts';
import { moduleParams } from './moduleParams.ts';
import { NO_PAGE } from './noPage.ts';

const { BondStatus } = pb;

/** Of the SDK: so many base units of stake are one of voting power (DefaultPowerReduction). */
const TOKENS_PER_POWER = 1_000_000n;
const DECIMALS = 10n ** 18n;
const EPOCH = { seconds: 0n, nanos: 0 };
const RATES = { rate: '0', maxRate: '0', maxChangeRate: '0' };

const operatorOf = ({ operator, consensusAddress }: staking.Validator): Uint8Array =>
  decodeAddress(operator) ?? consensusAddress;

/** A validator as Cosmos tools see one: bonded while it has power, with tokens for that. */
function validatorOf(validator: staking.Validator): pb.Validator {
  const { consensusPubkey, moniker, power } = validator;
  const tokens = power * TOKENS_PER_POWER;
  return {
    operatorAddress: operatorText(operatorOf(validator)),
    consensusPubkey: { typeUrl: PubKey.typeUrl, value: PubKey.encode({ key: consensusPubkey }) },
    jailed: false,
    status: power > 0n ? BondStatus.BOND_STATUS_BONDED : BondStatus.BOND_STATUS_UNBONDED,
    tokens: tokens.toString(),
    delegatorShares: (tokens * DECIMALS).toString(),
    description: { moniker, identity: '', website: '', securityContact: '', details: '' },
    unbondingHeight: 0n,
    unbondingTime: EPOCH,
    commission: { commissionRates: RATES, updateTime: EPOCH },
    minSelfDelegation: '1',
    unbondingOnHoldRefCount: 0n,
    unbondingIds: [],
  };
}

function allValidators(reader: Reader): readonly staking.Validator[] {
  const { QueryValidatorsRequest, QueryValidatorsResponse } = staking;
  const path = '/tenor.staking.v1.Query/Validators';
  return reader.ask(path, QueryValidatorsRequest, QueryValidatorsResponse, {}).validators;
}

function validators(reader: Reader, asked: pb.QueryValidatorsRequest) {
  const { status } = asked;
  if (status !== '' && !(status in BondStatus)) {
    throw new BadRequest(`status must be one of ${Object.keys(BondStatus).join(', ')}`);
  }
  const wanted = BondStatus[status as keyof typeof BondStatus];
  const found = allValidators(reader)
    .map((one) => ({ key: one.consensusAddress, validator: validatorOf(one) }))
    .filter(({ validator }) => status === '' || validator.status === wanted);
  const { items, pagination } = paginate(
    listSource(found, ({ key }) => key),
    asked.pagination,
  );
  return { validators: items.map(({ validator }) => validator), pagination };
}

function validator(reader: Reader, { validatorAddr }: pb.QueryValidatorRequest) {
  const wanted = operatorBytes(validatorAddr);
  const found = allValidators(reader).find((one) => equalBytes(operatorOf(one), wanted));
  if (found === undefined) throw new NotThere(`validator ${validatorAddr} not found`);
  return { validator: validatorOf(found) };
}

/** Nobody delegates on this chain: addresses are checked, and there is nothing under them. */
function delegations(asked: { delegatorAddr?: string; validatorAddr?: string }) {
  if (asked.delegatorAddr !== undefined) accountText(asked.delegatorAddr);
  if (asked.validatorAddr !== undefined) operatorBytes(asked.validatorAddr);
  return { delegationResponses: [], unbondingResponses: [], validators: [], pagination: NO_PAGE };
}

function noDelegation(asked: { delegatorAddr: string; validatorAddr: string }): never {
  delegations(asked);
  const { delegatorAddr, validatorAddr } = asked;
  throw new NotThere(
    `delegation with delegator ${delegatorAddr} not found for validator ${validatorAddr}`,
  );
}

function pool(reader: Reader) {
  const power = allValidators(reader).reduce((sum, one) => sum + one.power, 0n);
  return { pool: { notBondedTokens: '0', bondedTokens: (power * TOKENS_PER_POWER).toString() } };
}

function params(reader: Reader) {
  const { maxValidators, unbondingSeconds } = moduleParams(reader, 'staking', staking.Params);
  return {
    params: {
      unbondingTime: { seconds: unbondingSeconds, nanos: 0 },
      ...{ maxValidators, maxEntries: 0, historicalEntries: 0 },
      ...{ bondDenom: 'utenor', minCommissionRate: '0' },
    },
  };
}

/** `cosmos.staking.v1beta1.Query`: the chain's validators; nobody delegates to them yet. */
export const stakingService: readonly (readonly [string, StateView])[] = under(
  'cosmos.staking.v1beta1.Query',
  {
    Delegation: ofState(pb.QueryDelegationRequest, pb.QueryDelegationResponse, (_reader, asked) =>
      noDelegation(asked),
    ),
    DelegatorDelegations: ofState(
      pb.QueryDelegatorDelegationsRequest,
      pb.QueryDelegatorDelegationsResponse,
      (_reader, asked) => delegations(asked),
    ),
    DelegatorUnbondingDelegations: ofState(
      pb.QueryDelegatorUnbondingDelegationsRequest,
      pb.QueryDelegatorUnbondingDelegationsResponse,
      (_reader, asked) => delegations(asked),
    ),
    DelegatorValidator: ofState(
      pb.QueryDelegatorValidatorRequest,
      pb.QueryDelegatorValidatorResponse,
      (_reader, asked) => noDelegation(asked),
    ),
    DelegatorValidators: ofState(
      pb.QueryDelegatorValidatorsRequest,
      pb.QueryDelegatorValidatorsResponse,
      (_reader, asked) => delegations(asked),
    ),
    Params: ofState(pb.QueryParamsRequest, pb.QueryParamsResponse, params),
    Pool: ofState(pb.QueryPoolRequest, pb.QueryPoolResponse, pool),
    Redelegations: ofState(
      pb.QueryRedelegationsRequest,
      pb.QueryRedelegationsResponse,
      (_reader, { delegatorAddr }) => {
        accountText(delegatorAddr);
        return { redelegationResponses: [], pagination: NO_PAGE };
      },
    ),
    UnbondingDelegation: ofState(
      pb.QueryUnbondingDelegationRequest,
      pb.QueryUnbondingDelegationResponse,
      (_reader, asked) => noDelegation(asked),
    ),
    Validator: ofState(pb.QueryValidatorRequest, pb.QueryValidatorResponse, validator),
    ValidatorDelegations: ofState(
      pb.QueryValidatorDelegationsRequest,
      pb.QueryValidatorDelegationsResponse,
      (_reader, asked) => delegations(asked),
    ),
    ValidatorUnbondingDelegations: ofState(
      pb.QueryValidatorUnbondingDelegationsRequest,
      pb.QueryValidatorUnbondingDelegationsResponse,
      (_reader, asked) => delegations(asked),
    ),
    Validators: ofState(pb.QueryValidatorsRequest, pb.QueryValidatorsResponse, validators),
  },
);
