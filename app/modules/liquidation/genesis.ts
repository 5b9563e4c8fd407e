import { GenesisState } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { GenesisSpec } from '../../runtime/module.ts';
import { params, wrongParams } from './params.ts';
import { rebuild } from './rebuild.ts';
import { bids, checked, cleared, flags, nextVersion, reduced, ticks } from './state.ts';
import { nextStep, steps } from './state.ts';

/** What is wrong with a genesis, or null. */
export function wrongGenesis(genesis: GenesisState): string | null {
  if (genesis.params === undefined) return 'params: missing';
  const wrong = wrongParams(genesis.params);
  if (wrong !== null) return `params: ${wrong}`;
  const late = genesis.steps.find(({ sequence }) => sequence >= genesis.nextStep);
  if (late !== undefined) return `steps: ${late.sequence} is still to come`;
  const ids = new Set(genesis.flags.map(({ subaccountId }) => subaccountId));
  return ids.size === genesis.flags.length ? null : 'flags: a subaccount is listed twice';
}

export const genesis: GenesisSpec = genesisOf<GenesisState>({
  codec: GenesisState,
  check: wrongGenesis,
  init(ctx, given) {
    params.set(ctx, given.params!);
    for (const flag of given.flags) flags.set(ctx, flag.subaccountId, flag);
    for (const { underlyingId, count } of given.ticks) ticks.set(ctx, underlyingId, count);
    for (const bid of given.bids) bids.set(ctx, [bid.subaccountId, bid.bidderId], bid);
    for (const step of given.steps) steps.set(ctx, [step.subaccountId, step.sequence], step);
    nextStep.set(ctx, given.nextStep);
    nextVersion.set(ctx, given.nextVersion);
    cleared.set(ctx, given.cleared);
    checked.set(ctx, given.checked);
    reduced.set(ctx, given.reduced);
    rebuild(ctx);
  },
  export: (view) => ({
    params: params.get(view),
    flags: [...flags.entries(view)].map(([, flag]) => flag),
    ticks: [...ticks.entries(view)].map(([underlyingId, count]) => ({ underlyingId, count })),
    bids: [...bids.entries(view)].map(([, bid]) => bid),
    steps: [...steps.entries(view)].map(([, step]) => step),
    nextStep: nextStep.must(view),
    nextVersion: nextVersion.must(view),
    cleared: cleared.must(view),
    checked: checked.must(view),
    reduced: reduced.must(view),
  }),
});
