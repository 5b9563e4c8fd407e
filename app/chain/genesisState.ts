import type { RequestInitChain } from 'cosmjs-types/tendermint/abci/types';
import { consensusAddress, setAt } from '../modules/staking/index.ts';
import { timeMsOf } from './abciValues.ts';
import { equalBytes, toBinary } from '../lib/bytes.ts';
import { brokenInvariant } from './invariants.ts';
import { Ctx } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';
import type { State } from '../store/state.ts';

/** The genesis file is wrong: no restart mends it. The message names the module and field. */
export class GenesisError extends Error {
  override readonly name = 'GenesisError';
}

/**
 * Writes the state of the genesis file, each module its own part, in the order of layers, and
 * checks that the parts agree: every invariant holds.
 * @throws GenesisError that names the module and field that are wrong
 */
export function initGenesis(registry: Registry, state: State, request: RequestInitChain): Ctx {
  const appState = readAppState(registry, request);
  checkVoteExtensions(request);
  const ctx = new Ctx(state, {
    chainId: request.chainId,
    height: Number(request.initialHeight),
    timeMs: timeMsOf(request.time),
    proposer: new Uint8Array(0),
  });
  for (const { name, genesis } of registry.modules) {
    const part = appState[name];
    if (part === undefined) throw new GenesisError(`genesis: app_state.${name} is missing`);
    try {
      genesis.validate(part);
      genesis.init(ctx, part);
    } catch (error) {
      throw new GenesisError(`genesis: app_state.${name}: ${(error as Error).message}`);
    }
  }
  checkValidators(ctx, request);
  const broken = brokenInvariant(registry, ctx);
  if (broken !== null) throw new GenesisError(`genesis: app_state.${broken}`);
  return ctx;
}

function readAppState(
  registry: Registry,
  { appStateBytes }: RequestInitChain,
): Record<string, unknown> {
  const text = Buffer.from(appStateBytes).toString('utf8');
  const appState = JSON.parse(text) as Record<string, unknown> | null;
  if (appState === null || typeof appState !== 'object') {
    throw new GenesisError('genesis: app_state must be an object');
  }
  const known = new Set(registry.modules.map((m) => m.name));
  for (const name of Object.keys(appState)) {
    if (!known.has(name)) throw new GenesisError(`genesis: app_state.${name} is no module`);
  }
  return appState;
}

/**
 * Prices come with votes from the first block on: the engine must ask for extensions from there.
 */
function checkVoteExtensions({ consensusParams, initialHeight }: RequestInitChain): void {
  const enabledAt = consensusParams?.abci?.voteExtensionsEnableHeight ?? 0n;
  if (enabledAt === 0n || enabledAt > initialHeight) {
    throw new GenesisError(
      `genesis: consensus_params.abci.vote_extensions_enable_height is ${enabledAt}; ` +
        `it must be ${initialHeight}`,
    );
  }
}

/** The engine's genesis validators and the application's must be the same set. */
function checkValidators(ctx: Ctx, { validators }: RequestInitChain): void {
  const own = new Map(
    (setAt(ctx, ctx.header.height)?.validators ?? []).map((v) => [toBinary(v.consensusAddress), v]),
  );
  for (const { pubKey, power } of validators) {
    const key = pubKey.ed25519;
    if (key === undefined)
      throw new GenesisError('genesis: only Ed25519 validator keys are supported');
    const found = own.get(toBinary(consensusAddress(key)));
    if (found?.power !== power || !equalBytes(found.consensusPubkey, key)) {
      throw new GenesisError('genesis: validators and app_state.staking.validators differ');
    }
  }
  if (own.size !== validators.length) {
    throw new GenesisError('genesis: validators and app_state.staking.validators differ in number');
  }
}
