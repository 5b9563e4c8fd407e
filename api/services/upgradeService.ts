import * as pb from '../../proto/gen/cosmos.upgrade.v1beta1.ts';
import * as runtime from '../../proto/gen/tenor.runtime.v1.ts';
import type { Reader } from '../port.ts';
import { ofState, under } from './method.ts';
import type { StateView } from './method.ts';
import { moduleParams } from './moduleParams.ts';

const QUERY = '/tenor.runtime.v1.Query';

function currentPlan(reader: Reader) {
  const { QueryCurrentPlanRequest, QueryCurrentPlanResponse } = runtime;
  const path = `${QUERY}/CurrentPlan`;
  const { plan } = reader.ask(path, QueryCurrentPlanRequest, QueryCurrentPlanResponse, {});
  if (plan === undefined) return {};
  // The SDK's plans once had a time; now it must be zero, Go's zero.
  return { plan: { ...plan, time: { seconds: -62_135_596_800n, nanos: 0 } } };
}

function appliedPlan(reader: Reader, { name }: pb.QueryAppliedPlanRequest) {
  const { QueryAppliedPlanRequest, QueryAppliedPlanResponse } = runtime;
  const path = `${QUERY}/AppliedPlan`;
  const { applied } = reader.ask(path, QueryAppliedPlanRequest, QueryAppliedPlanResponse, { name });
  return { height: applied.find((one) => one.name === name)?.height ?? 0n };
}

function moduleVersions(reader: Reader, { moduleName }: pb.QueryModuleVersionsRequest) {
  const { QueryModuleVersionsRequest, QueryModuleVersionsResponse } = runtime;
  const path = `${QUERY}/ModuleVersions`;
  const { modules } = reader.ask(path, QueryModuleVersionsRequest, QueryModuleVersionsResponse, {});
  return { moduleVersions: modules.filter(({ name }) => moduleName === '' || name === moduleName) };
}

/** `cosmos.upgrade.v1beta1.Query`: upgrades as Cosmos tools know them. */
export const upgradeService: readonly (readonly [string, StateView])[] = under(
  'cosmos.upgrade.v1beta1.Query',
  {
    AppliedPlan: ofState(pb.QueryAppliedPlanRequest, pb.QueryAppliedPlanResponse, appliedPlan),
    Authority: ofState(pb.QueryAuthorityRequest, pb.QueryAuthorityResponse, (reader) => ({
      address: moduleParams(reader, 'runtime', runtime.Params).authority,
    })),
    CurrentPlan: ofState(pb.QueryCurrentPlanRequest, pb.QueryCurrentPlanResponse, currentPlan),
    ModuleVersions: ofState(
      pb.QueryModuleVersionsRequest,
      pb.QueryModuleVersionsResponse,
      moduleVersions,
    ),
  },
);
