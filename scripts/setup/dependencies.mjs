// Node's version, and the packages of package-lock.json.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, run, step } from './progress.mjs';

const parts = (version) => version.replace(/^v/, '').split('.').map(Number);

/** Is `version` ("20.19.1") at least what a range of the form ">=20.19.0" asks for? */
export function satisfies(version, range) {
  const minimum = /^>=\s*(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (minimum === undefined)
    throw new Error(`package.json engines.node: ">=x.y.z", not "${range}"`);
  const [have, want] = [parts(version), parts(minimum)];
  const i = have.findIndex((n, at) => n !== want[at]);
  return i === -1 || have[i] > want[i];
}

/** Throws a SetupError that names the command when this Node is too old. */
export function checkNode(root, version = process.version) {
  const range = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  if (satisfies(version, range)) return;
  throw new SetupError(
    `Node ${range} is needed; this is ${version}. Install one with a version manager, for example
  nvm install 22 && nvm use 22
or from https://nodejs.org/en/download`,
  );
}

const stampPath = (root) => join(root, 'node_modules', '.tenor-setup');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/**
 * Do the installed packages match the lock file, although nobody stamped them (`npm install` was
 * run by hand)? npm leaves a list of what it installed; packages for other platforms are not in it.
 */
export function matchesLock(lock, installed) {
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  return wanted.every(([path, entry]) => {
    const have = installed.packages[path];
    if (have === undefined) return entry.optional === true || entry.devOptional === true;
    return have.version === entry.version;
  });
}

function installedMatches(root) {
  const path = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(path)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  return matchesLock(read(join(root, 'package-lock.json')), read(path));
}

/** True when node_modules is what package-lock.json says. */
export function dependenciesReady(root) {
  const hash = lockHash(root);
  if (existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === hash) return true;
  if (!installedMatches(root)) return false;
  writeFileSync(stampPath(root), hash);
  return true;
}

/** Runs `npm ci` and stamps the result. */
export async function installDependencies(root) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await step('Installing packages (npm ci)', () =>
    run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root }),
  );
  writeFileSync(stampPath(root), lockHash(root));
}
