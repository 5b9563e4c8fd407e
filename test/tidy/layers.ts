import { posix } from 'node:path';
import { moduleSet } from '../../app/modules/index.ts';
import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** Modules in the order of layers, as the program lists them: after `runtime`, which has them. */
export const modules: readonly string[] = moduleSet.modules
  .map(({ name }) => name)
  .filter((name) => name !== 'runtime');

/** Imports inside app/ point to the left only (docs/architecture.md). */
export const layers: readonly string[] = ['lib', 'store', 'runtime', ...modules];

const isPure = (path: string) =>
  path.startsWith('app/lib/') || /^app\/modules\/\w+\/core\//.test(path);

/**
 * The layer of a file: a folder of app/, or of app/modules/. Null for what composes the layers and
 * may import all: the program, its commands, the ABCI application, the list of modules.
 */
const folderOf = (path: string) => {
  const folder = /^app\/(?:modules\/)?(\w+)\//.exec(path)?.[1] ?? null;
  return folder === null || ['commands', 'chain', 'modules'].includes(folder) ? null : folder;
};

/** What a folder outside app/ may take from app/. */
const outside: Record<string, (target: string) => boolean> = {
  cli: isPure,
  light: isPure,
  feeder: isPure,
  gateway: isPure,
  indexer: isPure,
  api: isPure,
  client: isPure,
  maker: isPure,
  bidder: isPure,
  terminal: isPure,
  proto: () => false,
  testnet: (target) => isPure(target) || target === 'app/chain/genesis.ts',
};

/** What app/ itself may take from the rest of the repository; `read` joins it with the API. */
function reachesOut(from: string, target: string): string | null {
  if (target.startsWith('app/') || target.startsWith('proto/')) return null;
  if (from === 'app/commands/read.ts' && target.startsWith('api/')) return null;
  return `app imports app and proto only, not ${target}`;
}

function judgeInside(from: string, target: string): string | null {
  const outward = reachesOut(from, target);
  if (outward !== null || !target.startsWith('app/')) return outward;
  const [home, other] = [folderOf(from), folderOf(target)];
  if (home === null) return null;
  if (other === null) return `${home} imports ${target}, which composes the layers`;
  if (home === 'abci') return other === 'abci' || other === 'lib' ? null : `abci imports ${other}`;
  const [rank, otherRank] = [home, other].map((f) => layers.indexOf(f));
  if (rank === -1) return `app/${home} is in no layer: add it to app/modules/index.ts`;
  if (otherRank === -1) return `${home} imports ${other}, which is in no layer`;
  if (otherRank! > rank!) return `${home} imports ${other}, which is above it`;
  const impure = from.startsWith(`app/modules/${home}/core/`) && !isPure(target);
  return impure ? `core is pure: it imports lib and core folders, not ${target}` : null;
}

function judge(from: string, target: string): string | null {
  if (from.startsWith('app/')) return judgeInside(from, target);
  const top = from.split('/')[0]!;
  const allowed = outside[top];
  if (allowed === undefined || !target.startsWith('app/') || allowed(target)) return null;
  return `${top} imports ${target}: only lib and core folders of app are for it`;
}

const isTest = (path: string) => /\.(test|bench)\.ts$/.test(path);

/** Relative imports that break the layers. Tests may import what they like. */
export function layerViolations({ path, imports }: Source): Violation[] {
  if (isTest(path)) return [];
  return imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .flatMap(({ specifier, line }) => {
      const target = posix.join(posix.dirname(path), specifier);
      const problem = judge(path, target);
      return problem === null ? [] : [{ path, line, problem }];
    });
}

/** Modules that lack their contract or their README. */
export function roomViolations(paths: readonly string[]): Violation[] {
  const present = new Set(paths);
  const folders = new Set(paths.map(folderOf).filter((f) => f !== null && modules.includes(f)));
  return [...folders].flatMap((folder) =>
    ['index.ts', 'README.md']
      .map((room) => `app/modules/${folder}/${room}`)
      .filter((path) => !present.has(path))
      .map((path) => ({ path, line: 1, problem: `a module has this file` })),
  );
}
