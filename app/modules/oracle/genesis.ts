import { GenesisState } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Surface } from '../../../proto/gen/tenor.oracle.v1.ts';
import { checkSurface, findArbitrage, MathInputError } from '../../lib/math/index.ts';
import { SURFACE_NODES } from '../../lib/surfaceNodes.ts';
import type { Ctx } from '../../runtime/context.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { GenesisSpec } from '../../runtime/module.ts';
import { agedSurface, slicesOf } from './core/surface.ts';
import { expiriesVoted } from './core/expiriesVoted.ts';
import { keyOf } from './feeds/feedId.ts';
import { params } from './params.ts';
import {
  feeds,
  names,
  openTallies,
  openWindow,
  prices,
  proposers,
  records,
  settlementUntil,
  sources,
  surfaces,
  windows,
} from './state.ts';
import { writeBase } from './writeBase.ts';

/** Of a chain on which nobody has reported yet. */
export const noReports = {
  openWindow: undefined,
  openTallies: undefined,
  windows: [],
  sources: [],
  proposers: [],
  names: [],
  settlementUntilMs: 0n,
};

export const genesis: GenesisSpec = genesisOf<GenesisState>({
  codec: GenesisState,
  check: wrongGenesis,
  init(ctx, state) {
    params.set(ctx, state.params!);
    for (const price of state.prices) prices.set(ctx, price.underlyingId, price);
    for (const surface of state.surfaces) surfaces.set(ctx, surface.underlyingId, surface);
    for (const votes of state.votes) records.set(ctx, votes.consensusAddress, votes);
    for (const feed of state.feeds) feeds.set(ctx, keyOf(feed), feed);
    initAccountability(ctx, state);
    // The first votes are made before the first block, in this state.
    const expiries = expiriesVoted(ctx.header.timeMs).map(BigInt);
    writeBase(ctx, state.params!, expiries, BigInt(Math.max(ctx.header.height - 1, 0)));
  },
  export: (view) => ({
    params: params.get(view),
    prices: [...prices.entries(view)].map(([, price]) => price),
    surfaces: [...surfaces.entries(view)].map(([, surface]) => surface),
    votes: [...records.entries(view)].map(([, record]) => record),
    feeds: [...feeds.entries(view)].map(([, feed]) => feed),
    openWindow: openWindow.get(view),
    openTallies: openTallies.get(view),
    windows: [...windows.entries(view)].map(([, window]) => window),
    sources: [...sources.entries(view)].map(([, said]) => said),
    proposers: [...proposers.entries(view)].map(([, proposer]) => proposer),
    names: [...names.entries(view)].map(([, name]) => name),
    settlementUntilMs: settlementUntil.get(view) ?? 0n,
  }),
});

function initAccountability(ctx: Ctx, state: GenesisState): void {
  if (state.openWindow !== undefined) openWindow.set(ctx, state.openWindow);
  if (state.openTallies !== undefined) openTallies.set(ctx, state.openTallies);
  for (const window of state.windows) windows.set(ctx, window.startHeight, window);
  for (const said of state.sources) sources.set(ctx, said.consensusAddress, said);
  for (const name of state.names) names.set(ctx, [name.kind, name.id], name);
  for (const own of state.proposers) proposers.set(ctx, own.consensusAddress, own);
  if (state.settlementUntilMs > 0n) settlementUntil.set(ctx, state.settlementUntilMs);
}

function wrongGenesis(genesis: GenesisState): string | null {
  if (genesis.params === undefined) return 'params are missing';
  const wrong = params.wrong(genesis.params);
  if (wrong !== null) return wrong;
  for (const surface of genesis.surfaces) {
    const wrongSurface = wrongSurfaceOf(surface);
    if (wrongSurface !== null) return `surface of ${surface.underlyingId}: ${wrongSurface}`;
  }
  for (const feed of genesis.feeds) {
    if (feed.volsBp.length > 0 && feed.volsBp.length !== SURFACE_NODES.length) {
      return `feeds: ${feed.volsBp.length} volatilities of ${feed.id}`;
    }
  }
  return wrongWindows(genesis);
}

/** Keys are as long as they must be, and parts that are always there are there. */
function wrongWindows({
  openWindow: open,
  windows: closed,
  sources: said,
  proposers: proposing,
}: GenesisState) {
  const turnouts = [
    ...(open?.turnouts ?? []),
    ...closed.flatMap(({ validators }) => validators.map(({ turnout }) => turnout)),
  ];
  const isWhole =
    turnouts.every((turnout) => turnout?.consensusAddress.length === 20) &&
    [...said, ...proposing, ...proposing.flatMap(({ missed }) => missed)].every(
      ({ consensusAddress }) => consensusAddress.length === 20,
    ) &&
    closed.every(({ validators }) => validators.every(({ values }) => values !== undefined));
  return isWhole ? null : 'windows and sources: each names its validator by 20 bytes';
}

/** What is wrong with a surface as state holds it, or null. */
export function wrongSurfaceOf(surface: Surface): string | null {
  for (const [i, { expirySeconds, forwardUusd, variances }] of surface.rows.entries()) {
    if (i > 0 && expirySeconds <= surface.rows[i - 1]!.expirySeconds) return 'expiries must rise';
    if (forwardUusd === 0n) return 'forwards must be above 0';
    const { length } = SURFACE_NODES;
    if (variances.length !== length) return `a row has ${length} variances`;
  }
  const timeMs = Number(surface.timeMs);
  const rows = agedSurface(slicesOf(surface), timeMs, timeMs);
  if (rows?.taus.length !== surface.rows.length) return 'expiries must be ahead of its time';
  try {
    checkSurface(rows);
  } catch (error) {
    if (error instanceof MathInputError) return error.message;
    throw error;
  }
  const found = findArbitrage(rows);
  return found === null ? null : `${found.kind} arbitrage in row ${found.row}`;
}
