// Bundles the programs into dist/ with esbuild. Packages stay outside, so a build takes a blink.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOptions } from './bundleOptions.mjs';
import { buildTerminal } from './buildTerminal.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, '.build.json');

/** Program → its entry point. */
const programs = {
  app: 'app/main.ts',
  tenor: 'cli/main.ts',
  feeder: 'feeder/main.ts',
  testnet: 'testnet/main.ts',
  market: 'testnet/market/main.ts',
};
const sources = [
  'app',
  'api',
  'bidder',
  'cli',
  'client',
  'feeder',
  'gateway',
  'indexer',
  'light',
  'maker',
  'proto',
  'terminal',
  'testnet',
];

const isSource = (name) =>
  /\.(tsx?|json|css|html)$/.test(name) && !name.endsWith('.test.ts') && !name.endsWith('.bench.ts');

function* sourceFiles(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (isSource(entry.name)) yield path;
  }
}

/** A digest of every source file's path, size and time of change. */
function digest() {
  const hash = createHash('sha256').update(process.version);
  const files = sources.flatMap((folder) => [...sourceFiles(join(root, folder))]);
  for (const path of [...files.sort(), fileURLToPath(import.meta.url)]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

/** True when dist/ was built from the sources as they are now. */
export function buildReady() {
  if (!existsSync(stamp)) return false;
  const built = JSON.parse(readFileSync(stamp, 'utf8'));
  return built.digest === digest() && built.outputs.every((file) => existsSync(join(dist, file)));
}

/** Builds every program whose entry point exists, replacing dist/ file by file; their names. */
export async function build() {
  const { build: esbuild } = await import('esbuild');
  const before = digest();
  const present = Object.entries(programs).filter(([, entry]) => existsSync(join(root, entry)));
  const outdir = join(dist, `.building-${process.pid}`);
  mkdirSync(outdir, { recursive: true });
  try {
    await esbuild({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(present),
      outdir,
      outExtension: { '.js': '.mjs' },
      ...bundleOptions,
      sourcemap: true,
    });
    const outputs = readdirSync(outdir);
    const pages = await buildTerminal(root, join(dist, 'terminal'));
    for (const file of outputs) renameSync(join(outdir, file), join(dist, file));
    outputs.push(...pages.map((file) => `terminal/${file}`));
    writeFileSync(stamp, JSON.stringify({ digest: before, outputs }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
  return present.map(([name]) => name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    const names = await build();
    const ms = Math.round(performance.now() - started);
    console.log(`Built ${names.map((name) => `dist/${name}.mjs`).join(', ')} in ${ms} ms`);
  } catch {
    process.exitCode = 1; // esbuild has printed the errors
  }
}
