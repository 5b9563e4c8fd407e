// Finds CometBFT, the engine below the application, or installs it with Go.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, run, step } from './progress.mjs';

const MODULE = 'github.com/cometbft/cometbft';
/** The releases that the application runs on unchanged, by the name of their line. */
export const ENGINES = { 0.38: 'v0.38.26', '0.40': 'v0.40.0' };
/**
 * What set-up installs. Stock cosmjs up to 0.36 reads v0.38's answers; v0.40.0 says that it is
 * 0.39.0, and they take that for Tendermint 0.34.
 */
export const DEFAULT_ENGINE = '0.38';

/** What each release says of itself: v0.40.0's constant was not raised from 0.39.0. */
const ownWords = { '0.38.26': '0.38', '0.39.0': '0.40', '0.40.0': '0.40' };

const cachePath = (root, engine) => join(root, '.cache', `cometbft-${engine}.json`);
const binFolder = (root, engine) => join(root, '.cache', 'bin', ENGINES[engine]);
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
 * What to make of a binary, by the module version that Go reads from it (exact), else, with a
 * warning, by what it says of itself.
 * @returns `{ ok: true, engine, version, notice? }`, or `{ ok: false, reason }`
 */
export function judge(goVersion, ownVersion) {
  if (goVersion !== null) {
    const engine = Object.keys(ENGINES).find((line) => ENGINES[line] === goVersion);
    if (engine === undefined) return { ok: false, reason: `it is ${goVersion}` };
    return { ok: true, engine, version: goVersion };
  }
  if (!Object.hasOwn(ownWords, ownVersion ?? '')) {
    return { ok: false, reason: `it says it is ${ownVersion ?? 'something else'}` };
  }
  const engine = ownWords[ownVersion];
  const notice = `it says that it is ${ownVersion}; without Go its exact version is unknown`;
  return { ok: true, engine, version: ENGINES[engine], notice };
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
function* candidates(root, engine, env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder !== '') yield { path: join(folder, exe), from: 'PATH' };
  }
  yield { path: join(binFolder(root, engine), exe), from: 'cache' };
  const goBin = goBinFolder();
  if (goBin === null) return;
  yield { path: join(goBin, exe), from: 'Go' };
  yield { path: join(goBin, `cometbft-${engine}`), from: 'Go' };
}

/** $COMETBFT, when it is set. One that is wrong is an error: it was asked for. */
function namedCometbft(asked, env) {
  if (!env.COMETBFT) return null;
  const found = inspect(env.COMETBFT);
  const fits = found.ok && (asked === null || found.engine === asked);
  if (fits) return { path: env.COMETBFT, from: '$COMETBFT', ...found };
  const reason = found.reason ?? `it is ${found.version}`;
  const needed = asked === null ? Object.values(ENGINES).join(' or ') : ENGINES[asked];
  throw new SetupError(
    `$COMETBFT is ${env.COMETBFT}, but CometBFT ${needed} is needed and ${reason}.
Unset it, and the right one is found or installed.`,
  );
}

/**
 * A binary that is there and of the engine asked for, or null; where none is asked for, of the
 * default one, but $COMETBFT may be any of them.
 */
export function findCometbft(root, { engine = null, env = process.env } = {}) {
  const named = namedCometbft(engine, env);
  if (named !== null) return named;
  const wanted = engine ?? DEFAULT_ENGINE;
  for (const { path, from } of candidates(root, wanted, env)) {
    if (!existsSync(path)) continue;
    const found = inspect(path);
    if (found.ok && found.engine === wanted) return { path, from, ...found };
  }
  return null;
}

const goHelp = {
  darwin: 'brew install go',
  linux: 'sudo apt-get install golang-go   (1.21 or newer: it fetches what it needs)',
  win32: 'winget install GoLang.Go',
};

/** Installs the release of an engine into the cache folder with Go. */
export async function installCometbft(root, { engine = null } = {}) {
  const version = ENGINES[engine ?? DEFAULT_ENGINE];
  if (!hasGo()) {
    throw new SetupError(
      `CometBFT ${version} was not found, and Go, which installs it, is missing too. Install Go:
  ${goHelp[process.platform] ?? 'see https://go.dev/dl'}
or from https://go.dev/dl; or set COMETBFT to the path of a CometBFT ${version} binary.`,
    );
  }
  const folder = binFolder(root, engine ?? DEFAULT_ENGINE);
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

/** What was found last time, if it is still that file and $COMETBFT has not changed; else null. */
export function recallCometbft(root, { engine = null, env = process.env } = {}) {
  const cache = cachePath(root, engine ?? DEFAULT_ENGINE);
  if (!existsSync(cache)) return null;
  const known = JSON.parse(readFileSync(cache, 'utf8'));
  if ((env.COMETBFT ?? null) !== known.env || !existsSync(known.path)) return null;
  if (engine !== null && known.engine !== engine) return null;
  const { size, mtimeMs } = statSync(known.path);
  return size === known.size && mtimeMs === known.mtimeMs ? known : null;
}

/** Remembers a binary in .cache/cometbft-ENGINE.json, where the test network looks for it. */
export function rememberCometbft(root, found, { engine = null, env = process.env } = {}) {
  const { size, mtimeMs } = statSync(found.path);
  mkdirSync(join(root, '.cache'), { recursive: true });
  const known = { ...found, env: env.COMETBFT ?? null, size, mtimeMs };
  const cache = cachePath(root, engine ?? DEFAULT_ENGINE);
  writeFileSync(cache, `${JSON.stringify(known, null, 2)}\n`);
}
