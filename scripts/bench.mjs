// Runs benches: `npm run bench [-- NAME… --record --force]`, every one when none is named.
// A bench is a file `NAME.bench.ts` that exports `name` and `run(emit)`; `emit` takes
// `{ name, value, unit, peer?, ratio?, work? }`, printed as a JSON line a figure.
// With --record they are also appended to bench/history.jsonl, with the machine and commit they are
// of (bench/machine.mjs); not on a busy machine, unless --force. A figure counts only what was
// accepted (bench/rules.mjs): the run fails, and records nothing, when too much was refused, and
// when a bench takes longer than three minutes.
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundleOptions.mjs';
import { loadNow, machine, tooBusy } from './bench/machine.mjs';
import { objection, tooLong } from './bench/rules.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const folders = ['app', 'api', 'feeder', 'cli', 'testnet', 'test'];

function* benchFiles(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* benchFiles(path);
    else if (entry.name.endsWith('.bench.ts')) yield path;
  }
}

const nameOf = (file) => basename(file, '.bench.ts');

/** A module keeps its own address in the bundle, so that it finds the files beside it. */
const ownAddress = {
  name: 'own address',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const address = JSON.stringify(pathToFileURL(path).href);
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', address);
      return { contents, loader: 'ts' };
    });
  },
};

/** Bundles one bench into `outdir` and returns its exports. */
async function load(file, outdir) {
  const outfile = join(outdir, `${nameOf(file)}.mjs`);
  await build({
    entryPoints: [file],
    outfile,
    ...bundleOptions,
    sourcemap: 'inline',
    plugins: [ownAddress],
  });
  return import(pathToFileURL(outfile).href);
}

function record(figures, load) {
  mkdirSync(join(root, 'bench'), { recursive: true });
  const where = machine(root, load);
  const lines = figures.map((figure) => `${JSON.stringify({ ...where, ...figure })}\n`);
  appendFileSync(join(root, 'bench', 'history.jsonl'), lines.join(''));
  console.error(`Recorded ${lines.length} figures of ${where.commit} in bench/history.jsonl`);
}

const FLAGS = ['--record', '--force'];

async function main(argv) {
  const names = argv.filter((arg) => !arg.startsWith('-'));
  const all = folders.flatMap((folder) => [...benchFiles(join(root, folder))]).sort();
  const flag = argv.find((arg) => arg.startsWith('-') && !FLAGS.includes(arg));
  if (flag !== undefined) {
    const isHelp = ['--help', '-h'].includes(flag);
    if (!isHelp) console.error(`There is no ${flag}.`);
    console.error('npm run bench -- [NAME…] [--record] [--force]: every bench when none is named.');
    console.error(`Benches: ${all.map(nameOf).join(', ')}`);
    return isHelp ? 0 : 1;
  }
  const unknown = names.filter((name) => !all.some((file) => nameOf(file) === name));
  if (unknown.length > 0) {
    console.error(
      `No bench called ${unknown.join(', ')}. There are: ${all.map(nameOf).join(', ')}`,
    );
    return 1;
  }
  const loadAtStart = loadNow();
  const busy = tooBusy(loadAtStart);
  if (busy !== null) console.error(busy);
  if (busy !== null && argv.includes('--record') && !argv.includes('--force')) return 1;
  const outdir = join(root, '.cache', `bench-${process.pid}`);
  const figures = [];
  const objections = [];
  const object = (text) => {
    if (text === null) return;
    objections.push(text);
    console.error(`Does not count: ${text}`);
  };
  const emit = (figure) => {
    figures.push({ ...figure, peer: figure.peer ?? null, ratio: figure.ratio ?? null });
    console.log(JSON.stringify(figures.at(-1)));
    object(objection(figure));
  };
  try {
    for (const file of all) {
      if (names.length > 0 && !names.includes(nameOf(file))) continue;
      const bench = await load(file, outdir);
      console.error(`${bench.name}:`);
      const started = performance.now();
      await bench.run(emit);
      object(tooLong(nameOf(file), (performance.now() - started) / 1_000));
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
  if (objections.length > 0) {
    console.error(`${objections.length} of these do not count; nothing is recorded.`);
    return 1;
  }
  if (argv.includes('--record')) record(figures, loadAtStart);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
