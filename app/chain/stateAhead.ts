import { Ctx, viewOf } from '../runtime/context.ts';
import type { BlockHeader } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';
import { carryOut, checkVersions, dueUpgrade, knownUpgrade } from '../runtime/upgrade/index.ts';
import type { State } from '../store/state.ts';
import type { Version } from '../store/store.ts';

const headerAfter = ({ chainId, height, timeMs }: Version): BlockHeader => {
  return { chainId, height: height + 1, timeMs, proposer: new Uint8Array(0) };
};

/** Whether this program can read a version only after the upgrade that the next block brings. */
export function awaitsUpgrade(registry: Registry, version: Version): boolean {
  const header = headerAfter(version);
  return dueUpgrade(registry, viewOf(version.state, header), header.height) !== undefined;
}

/**
 * Whether this program may go on from a version. One that does not know an upgrade that is due may:
 * it helps to decide the block, and stops before executing it. @throws WrongProgram when not
 */
export function checkProgram(registry: Registry, version: Version): void {
  const header = headerAfter(version);
  const view = viewOf(version.state, header);
  checkVersions(registry, view, knownUpgrade(registry, view, header.height));
}

/**
 * A fork of what the next block begins with: the version's state, after the upgrade if one is due.
 * Proposals and CheckTx are judged by it; the block itself carries the upgrade out for good.
 */
export function stateAhead(registry: Registry, version: Version): State {
  const header = headerAfter(version);
  const state = version.state.fork();
  const upgrade = dueUpgrade(registry, viewOf(state, header), header.height);
  if (upgrade !== undefined) carryOut(registry, new Ctx(state, header), upgrade);
  return state;
}
