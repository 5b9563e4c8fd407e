import type { UpgradePlan } from '../../../proto/gen/tenor.runtime.v1.ts';
import type { Reader } from '../../store/collection.ts';
import type { Registry } from '../registry.ts';
import type { Upgrade } from '../module.ts';
import * as state from './state.ts';

/**
 * This program is not the one for the next block. Nothing was executed; the message says which
 * program is needed.
 */
export class WrongProgram extends Error {
  override readonly name = 'WrongProgram';
}

/**
 * The upgrade that this program carries out before it executes the block of a height; undefined for
 * a block like any other.
 * @throws WrongProgram when the block is another program's
 */
export function upgradeAt(
  { upgrades }: Registry,
  reader: Reader,
  height: number,
): Upgrade | undefined {
  const plan = state.plan.get(reader);
  if (plan === undefined) return undefined;
  const known = upgrades.find(({ name }) => name === plan.name);
  if (height < plan.height) {
    if (known === undefined) return undefined;
    throw new WrongProgram(
      `upgrade "${plan.name}" comes at height ${plan.height}, and this program is for it: ` +
        `run the one before until then (the next block is ${height})`,
    );
  }
  if (known === undefined) throw new WrongProgram(neededText(plan));
  return known;
}

/** The same without a judgement: what is due, if this program is for it. */
export function dueUpgrade(
  { upgrades }: Registry,
  reader: Reader,
  height: number,
): Upgrade | undefined {
  const plan = state.plan.get(reader);
  if (plan === undefined || height < plan.height) return undefined;
  return upgrades.find(({ name }) => name === plan.name);
}

/**
 * The upgrade that is due, if this program is for it. @throws WrongProgram when it comes too early
 */
export function knownUpgrade(
  registry: Registry,
  reader: Reader,
  height: number,
): Upgrade | undefined {
  const name = state.plan.get(reader)?.name;
  const isKnown = registry.upgrades.some((upgrade) => upgrade.name === name);
  return isKnown ? upgradeAt(registry, reader, height) : undefined;
}

function neededText({ name, height, info }: UpgradePlan): string {
  const where = info === '' ? '' : ` (${info})`;
  return `upgrade "${name}" is needed from height ${height} on${where}: start its program`;
}

/**
 * Whether this program's modules are those that a state was written by; true when they will be,
 * after the upgrade it is about to carry out.
 * @throws WrongProgram when they are not
 */
export function checkVersions(registry: Registry, reader: Reader, upgrade?: Upgrade): void {
  const stored = new Map(state.moduleVersions.entries(reader));
  // A chain that began before versions were kept has the first of each.
  if (stored.size === 0) for (const { name } of registry.modules) stored.set(name, 1n);
  for (const module of registry.modules) {
    const own = BigInt(module.version ?? 1);
    const version = stored.get(module.name);
    stored.delete(module.name);
    if (version === own) continue;
    if (version !== undefined && version > own) {
      throw new WrongProgram(
        `the state of module ${module.name} has version ${version}, this program knows ${own}: ` +
          'run the program that wrote it, or a later one',
      );
    }
    if (upgrade !== undefined && (version !== undefined || isAdded(upgrade, module.name))) continue;
    const what = version === undefined ? 'is not there yet' : `has version ${version}`;
    throw new WrongProgram(
      `the state of module ${module.name} ${what}, this program needs ${own}, and no upgrade is ` +
        'due that would bring it there: run the program before, and plan the upgrade',
    );
  }
  const [missing] = stored.keys();
  if (missing !== undefined) {
    throw new WrongProgram(
      `the state has a module ${missing} that this program lacks: run the program that wrote it`,
    );
  }
}

const isAdded = ({ adds }: Upgrade, name: string): boolean =>
  adds !== undefined && Object.hasOwn(adds, name);
