// Finds CometBFT, the engine below the application, or installs it with Go.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, run, step } from './progress.mjs';

const MODULE = 'github.com/cometbft/cometbft';
export const VERSION = 'v0.40.0';
/** The last release of the line before; it speaks the same ABCI and works unchanged. */
export const DROP_IN_VERSION = 'v0.38.26';

const cachePath = (root) => join(root, '.cache', 'cometbft.json');
const binFolder = (root) => join(root, '.cache', 'bin');
const exe = process.platform === 'win32' ? 'cometbft.exe' : 'cometbft';

function capture(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return result.status === 0 ? result.stdout : null;
}

const hasGo = () => capture('go', ['version']) !== null;

/** The module version in the output of `go version -m`, or null. */
export function moduleVersion(output) {
  return new RegExp(`^\\s*mod\\s+${MODULE}\\s+(\\S+)`, 'm').exec(output)?.[1] ?? null;
}

/**
 * What to make of a binary, by the module version that Go reads from it (exact), else by what it
 * says of itself. v0.40.0 says 0.39.0, an unbumped constant: without Go that gets a warning.
 * @returns {{ok: true, version: string, notice?: string} | {ok: false, reason: string}}
 */
export function judge(goVersion, ownVersion) {
  if (goVersion === VERSION) return { ok: true, version: VERSION };
  if (goVersion === DROP_IN_VERSION || (goVersion === null && ownVersion === '0.38.26')) {
    const notice = `CometBFT ${DROP_IN_VERSION} is used, a drop-in for ${VERSION}`;
    return { ok: true, version: DROP_IN_VERSION, notice };
  }
  if (goVersion !== null) return { ok: false, reason: `it is ${goVersion}` };
  if (ownVersion === '0.39.0' || ownVersion === '0.40.0') {
    const notice = `CometBFT says ${ownVersion}; without Go its exact version is unknown`;
    return { ok: true, version: VERSION, notice };
  }
  return { ok: false, reason: `it says it is ${ownVersion ?? 'something else'}` };
}

/** Judges the binary at `path` by running it, and Go's reader of binaries where there is Go. */
export function inspect(path) {
  const own = capture(path, ['version']);
  if (own === null) return { ok: false, reason: 'it does not run' };
  return judge(moduleVersion(capture('go', ['version', '-m', path]) ?? ''), own.trim());
}

function goBinFolder() {
  const out = capture('go', ['env', 'GOBIN', 'GOPATH']);
  if (out === null) return null;
  const [gobin, gopath] = out.split('\n');
  return gobin || (gopath ? join(gopath.split(delimiter)[0], 'bin') : null);
}

/** Where a binary may be, best first: on PATH, in the cache folder, where Go installs its own. */
function* candidates(root, env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder !== '') yield { path: join(folder, exe), from: 'PATH' };
  }
  yield { path: join(binFolder(root), exe), from: 'cache' };
  const goBin = goBinFolder();
  if (goBin !== null) yield { path: join(goBin, exe), from: 'Go' };
}

/** A binary that is there and right, or null. A wrong $COMETBFT is an error: it was asked for. */
export function findCometbft(root, env = process.env) {
  if (env.COMETBFT) {
    const found = inspect(env.COMETBFT);
    if (found.ok) return { path: env.COMETBFT, from: '$COMETBFT', ...found };
    throw new SetupError(
      `$COMETBFT is ${env.COMETBFT}, but CometBFT ${VERSION} is needed and ${found.reason}.
Unset it, and the right one is found or installed.`,
    );
  }
  for (const { path, from } of candidates(root, env)) {
    if (!existsSync(path)) continue;
    const found = inspect(path);
    if (found.ok) return { path, from, ...found };
  }
  return null;
}

const goHelp = {
  darwin: 'brew install go',
  linux: 'sudo apt-get install golang-go   (1.21 or newer: it fetches what it needs)',
  win32: 'winget install GoLang.Go',
};

/** Installs the pinned version into the cache folder with Go. */
export async function installCometbft(root) {
  if (!hasGo()) {
    throw new SetupError(
      `CometBFT ${VERSION} was not found, and Go, which installs it, is missing too. Install Go:
  ${goHelp[process.platform] ?? 'see https://go.dev/dl'}
or from https://go.dev/dl; or set COMETBFT to the path of a CometBFT ${VERSION} binary.`,
    );
  }
  return goInstall(VERSION, binFolder(root));
}

async function goInstall(version, folder) {
  mkdirSync(folder, { recursive: true });
  await step(`Installing CometBFT ${version} (go install, about a minute)`, () =>
    run('go', ['install', `${MODULE}/cmd/cometbft@${version}`], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
    }),
  );
  const path = join(folder, exe);
  const found = inspect(path);
  if (!found.ok || found.version !== version) {
    throw new SetupError(`The CometBFT just installed is not ${version}: ${found.reason ?? ''}.`);
  }
  return { path, from: 'go install', ...found };
}

const dropInFolder = (root) => join(root, '.cache', 'bin-0.38');

/** A binary of the drop-in version beside the pinned one, for the test that runs it, or null. */
export function findDropIn(root, env = process.env) {
  const places = [env.COMETBFT_038, join(dropInFolder(root), exe)];
  const goBin = goBinFolder();
  if (goBin !== null) places.push(join(goBin, 'cometbft-0.38'));
  const right = (path) => path && existsSync(path) && inspect(path).version === DROP_IN_VERSION;
  return places.find(right) ?? null;
}

/** Its path, installed with Go unless it is there. */
export async function installDropIn(root) {
  return findDropIn(root) ?? (await goInstall(DROP_IN_VERSION, dropInFolder(root))).path;
}

/** What was found last time, if it is still that file and $COMETBFT has not changed; else null. */
export function recallCometbft(root, env = process.env) {
  if (!existsSync(cachePath(root))) return null;
  const known = JSON.parse(readFileSync(cachePath(root), 'utf8'));
  if ((env.COMETBFT ?? null) !== known.env || !existsSync(known.path)) return null;
  const { size, mtimeMs } = statSync(known.path);
  return size === known.size && mtimeMs === known.mtimeMs ? known : null;
}

/** Remembers a binary in .cache/cometbft.json, where the test network looks for it. */
export function rememberCometbft(root, found, env = process.env) {
  const { size, mtimeMs } = statSync(found.path);
  mkdirSync(join(root, '.cache'), { recursive: true });
  const known = { ...found, env: env.COMETBFT ?? null, size, mtimeMs };
  writeFileSync(cachePath(root), `${JSON.stringify(known, null, 2)}\n`);
}
