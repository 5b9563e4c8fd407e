import { GenesisState } from '../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../auth/index.ts';
import { decodeAddress } from '../../lib/address.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { GenesisSpec } from '../../runtime/module.ts';
import { exportFees, initFees, wrongFees } from './fees/genesis.ts';
import { params, wrongParams } from './params.ts';
import { rebuild } from './rebuild.ts';
import * as state from './state.ts';

/** What is wrong with a genesis, or null. Sums are the invariants' to check, over all modules. */
export function wrongGenesis(genesis: GenesisState): string | null {
  if (genesis.params === undefined) return 'params: missing';
  const wrong = wrongParams(genesis.params);
  if (wrong !== null) return `params: ${wrong}`;
  const counts = new Map<bigint, number>();
  for (const { id, owner } of genesis.subaccounts) {
    if (id === 0n || id >= genesis.nextId) return `subaccount ${id}: ids are below next_id`;
    if (counts.has(id)) return `subaccount ${id}: listed twice`;
    if (decodeAddress(owner) === null) return `subaccount ${id}: ${owner} is not an address`;
    counts.set(id, 0);
  }
  const names = new Set(genesis.subaccounts.map(({ owner, number }) => `${owner}/${number}`));
  if (names.size < genesis.subaccounts.length) return 'subaccounts: a number is used twice';
  for (const { subaccountId: id, position } of genesis.positions) {
    const count = counts.get(id);
    if (count === undefined) return `positions: no subaccount ${id}`;
    if (position === undefined || position.quantity === 0n) return `positions of ${id}: empty`;
    counts.set(id, count + 1);
  }
  const miscounted = genesis.subaccounts.find((s) => counts.get(s.id) !== s.positions);
  if (miscounted !== undefined) return `subaccount ${miscounted.id}: its positions are miscounted`;
  const fees = wrongFees(genesis.fees);
  if (fees !== null) return fees;
  const bad = genesis.deficits.find((d) => !counts.has(d.subaccountId));
  return bad === undefined ? null : `deficits: no subaccount ${bad.subaccountId}`;
}

export const genesis: GenesisSpec = genesisOf<GenesisState>({
  codec: GenesisState,
  check: wrongGenesis,
  init(ctx, given) {
    params.set(ctx, given.params!);
    for (const subaccount of given.subaccounts) {
      const { id, owner, number } = subaccount;
      state.subaccounts.set(ctx, id, subaccount);
      state.subaccountIds.set(ctx, [addressBytes(owner), number], id);
    }
    for (const { subaccountId, position } of given.positions) {
      state.positions.set(ctx, [subaccountId, position!.seriesId], position!);
    }
    for (const deficit of given.deficits) {
      state.deficits.set(ctx, deficit.subaccountId, deficit);
    }
    for (const settlement of given.settlements) {
      const { underlyingId, expirySeconds } = settlement;
      state.settlements.set(ctx, [underlyingId, expirySeconds], settlement);
    }
    for (const fund of given.funds) state.funds.set(ctx, fund.underlyingId, fund);
    for (const owned of given.fundShares) {
      state.fundShares.set(ctx, [owned.underlyingId, addressBytes(owned.owner)], owned);
    }
    for (const request of given.fundRequests) {
      state.fundRequests.set(ctx, [addressBytes(request.owner), request.id], request);
    }
    for (const { subaccountId, amountUusd } of given.lateDeposits) {
      state.lateDeposits.set(ctx, subaccountId, amountUusd);
    }
    state.nextRequestId.set(ctx, given.nextRequestId);
    initFees(ctx, given.fees);
    state.feePot.set(ctx, given.feePotUusd);
    if (given.treasuryPotUusd > 0n) state.treasuryPot.set(ctx, given.treasuryPotUusd);
    state.nextId.set(ctx, given.nextId);
    rebuild(ctx);
  },
  export: (view) => ({
    params: params.get(view),
    subaccounts: [...state.subaccounts.entries(view)].map(([, subaccount]) => subaccount),
    positions: [...state.positions.entries(view)].map(([[subaccountId], position]) => ({
      subaccountId,
      position,
    })),
    deficits: [...state.deficits.entries(view)].map(([, deficit]) => deficit),
    settlements: [...state.settlements.entries(view)].map(([, settlement]) => settlement),
    funds: [...state.funds.entries(view)].map(([, fund]) => fund),
    fundShares: [...state.fundShares.entries(view)].map(([, owned]) => owned),
    fundRequests: [...state.fundRequests.entries(view)].map(([, request]) => request),
    nextRequestId: state.nextRequestId.must(view),
    lateDeposits: [...state.lateDeposits.entries(view)].map(([subaccountId, amountUusd]) => ({
      ...{ subaccountId, amountUusd },
    })),
    fees: exportFees(view),
    feePotUusd: state.feePot.must(view),
    treasuryPotUusd: state.treasuryPot.get(view) ?? 0n,
    nextId: state.nextId.must(view),
  }),
});
