import * as pb from '../../../proto/gen/tenor.runtime.v1.ts';
import { decodeAddress } from '../../lib/address.ts';
import { assertAuthority } from '../runtimeParams.ts';
import { runtimeErrors, sdk } from '../errors.ts';
import { handler, query } from '../module.ts';
import { appVersionOf } from './carryOut.ts';
import * as state from './state.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const INFO_MAX = 1_000;

function checkAuthority(authority: string): void {
  if (decodeAddress(authority) === null) throw sdk.invalidAddress('authority is no address');
}

/** What is wrong with a plan, or null. */
export function wrongPlan({ name, height, info }: pb.UpgradePlan): string | null {
  if (!NAME.test(name)) return 'name: 1 to 64 small letters, digits, dots and dashes';
  if (height < 1n || height > BigInt(Number.MAX_SAFE_INTEGER)) return 'height: at least 1';
  return info.length > INFO_MAX ? `info: at most ${INFO_MAX} characters` : null;
}

/** Plans the height at which another program takes over. Only the authority may. */
const schedule = handler({
  codec: pb.MsgScheduleUpgrade,
  response: pb.MsgScheduleUpgradeResponse,
  signer: (msg) => msg.authority,
  validate({ authority, plan }) {
    checkAuthority(authority);
    const wrong = plan === undefined ? 'a plan is needed' : wrongPlan(plan);
    if (wrong !== null) throw runtimeErrors.badPlan(wrong);
  },
  execute(ctx, { authority, plan }) {
    assertAuthority(ctx, authority);
    const { name, height, info } = plan!;
    if (height <= BigInt(ctx.header.height)) {
      throw runtimeErrors.badPlan(`height ${height} is past: the chain is at ${ctx.header.height}`);
    }
    if (state.applied.has(ctx, name)) {
      throw runtimeErrors.badPlan(`"${name}" was carried out before: choose another name`);
    }
    state.plan.set(ctx, { name, height, info });
    ctx.emit('schedule_upgrade', { name, height: height.toString(), info });
    return {};
  },
});

const cancel = handler({
  codec: pb.MsgCancelUpgrade,
  response: pb.MsgCancelUpgradeResponse,
  signer: (msg) => msg.authority,
  validate: ({ authority }) => {
    checkAuthority(authority);
  },
  execute(ctx, { authority }) {
    assertAuthority(ctx, authority);
    const plan = state.plan.get(ctx);
    if (plan === undefined) throw runtimeErrors.badPlan('no upgrade is planned');
    state.plan.delete(ctx);
    ctx.emit('cancel_upgrade', { name: plan.name });
    return {};
  },
});

export const upgradeMsgs = [schedule, cancel];

export const upgradeQueries = {
  '/tenor.runtime.v1.Query/CurrentPlan': query(
    pb.QueryCurrentPlanRequest,
    pb.QueryCurrentPlanResponse,
    (view): pb.QueryCurrentPlanResponse => {
      const plan = state.plan.get(view);
      return plan === undefined ? {} : { plan };
    },
  ),
  '/tenor.runtime.v1.Query/AppliedPlan': query(
    pb.QueryAppliedPlanRequest,
    pb.QueryAppliedPlanResponse,
    (view, { name }) => {
      if (name === '') return { applied: [...state.applied.entries(view)].map(([, v]) => v) };
      const found = state.applied.get(view, name);
      if (found === undefined) throw sdk.notFound('no upgrade of that name was carried out');
      return { applied: [found] };
    },
  ),
  '/tenor.runtime.v1.Query/ModuleVersions': query(
    pb.QueryModuleVersionsRequest,
    pb.QueryModuleVersionsResponse,
    (view) => ({
      modules: [...state.moduleVersions.entries(view)].map(([name, version]) => {
        return { name, version };
      }),
      appVersion: appVersionOf(view),
    }),
  ),
};
