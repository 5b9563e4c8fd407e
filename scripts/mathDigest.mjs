// Proves that app/lib/math gives the same bits on several Node versions and processors: computes
// the digest of test/vectors/math/digest.ts over a million results on each and compares it with
// the committed one.
//
//   node scripts/mathDigest.mjs                this Node, and those that --all once fetched
//   node scripts/mathDigest.mjs --all          also Node 20, 22, 24 and the newest, on x64 and
//                                              arm64, from the npm registry into .cache/
//   node scripts/mathDigest.mjs BINARY…        also these Node binaries
//
// On x64 the arm64 binaries run under qemu:
//   apt-get install qemu-user libc6-arm64-cross libstdc++6-arm64-cross libatomic1-arm64-cross
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundleOptions.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const vectors = join(root, 'test', 'vectors', 'math');
const cache = join(root, '.cache', 'math-digest');
const versions = ['20', '22', '24', 'latest'];
const armLibraries = '/usr/aarch64-linux-gnu';
const evaluations = 1_000_000;

/** A script that prints its runtime and the digest, for any Node to run. */
async function bundle() {
  const entry = join(vectors, 'digest.ts');
  const outfile = join(cache, 'digest.mjs');
  await build({
    stdin: {
      contents: `import { mathDigest } from ${JSON.stringify(entry)};
        console.log(process.version, process.arch, mathDigest(${evaluations}));`,
      resolveDir: root,
    },
    outfile,
    ...bundleOptions,
  });
  return outfile;
}

const folderOf = (architecture, version) => join(cache, `node-${version}-${architecture}`);
const binaryIn = (folder) => join(folder, 'package', 'bin', 'node');

/** Downloads a Node binary once and returns its path. */
function download(architecture, version) {
  const folder = folderOf(architecture, version);
  const binary = binaryIn(folder);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const name = `node-linux-${architecture}@${version}`;
  console.error(`downloading ${name}`);
  execFileSync('npm', ['pack', name, '--silent', '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', folder, 'package/bin/node']);
  rmSync(join(folder, archive));
  return binary;
}

/** The machine field of the ELF header says for which processor a binary is. */
function isForArm(binary) {
  return readFileSync(binary).readUInt16LE(18) === 183;
}

function command(binary, script) {
  const isEmulated = process.arch !== 'arm64' && isForArm(binary);
  return isEmulated ? ['qemu-aarch64', ['-L', armLibraries, binary, script]] : [binary, [script]];
}

function run(binary, script, expected) {
  const [program, args] = command(binary, script);
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error?.code === 'ENOENT') {
    console.log(
      `${binary}: ${program} is missing (the head of this script says how to install it)`,
    );
    return false;
  }
  const [version, architecture, digest] = (stdout ?? '').trim().split(' ');
  const isSame = status === 0 && digest === expected;
  const problem = status === 0 ? `DIFFERS: ${digest}` : `failed: ${stderr.trim().split('\n')[0]}`;
  console.log(`${version || binary} ${architecture ?? ''} ${isSame ? 'same bits' : problem}`);
  return isSame;
}

async function main(argv) {
  mkdirSync(cache, { recursive: true });
  const script = await bundle();
  const committed = JSON.parse(readFileSync(join(vectors, 'digest.json'), 'utf8'));
  const expected = committed[String(evaluations)];
  const binaries = [process.execPath, ...argv.filter((arg) => !arg.startsWith('--'))];
  for (const architecture of ['x64', 'arm64']) {
    for (const version of versions) {
      const isThere = existsSync(binaryIn(folderOf(architecture, version)));
      if (isThere || argv.includes('--all')) binaries.push(download(architecture, version));
    }
  }
  console.log(`${evaluations} evaluations, expecting ${expected}`);
  const results = binaries.map((binary) => run(binary, script, expected));
  return results.every(Boolean) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
