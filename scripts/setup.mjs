// Makes a clone ready to run: packages, build, CometBFT. Node built-ins only, as nothing is
// installed yet. With everything in place it only looks, in well under 150 ms, and prints nothing.
//
//   node scripts/setup.mjs [--for cli|check|testnet|test] [--engine 0.38|0.40] [--run FILE ARGS…]
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildReady, build } from './build.mjs';
import {
  ENGINES,
  findCometbft,
  installCometbft,
  recallCometbft,
  rememberCometbft,
} from './setup/cometbft.mjs';
import { checkNode, dependenciesReady, installDependencies } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError, step } from './setup/progress.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What each purpose needs beside Node and the packages. */
const needs = {
  check: { build: false, cometbft: false },
  cli: { build: true, cometbft: false },
  testnet: { build: true, cometbft: true },
  test: { build: true, cometbft: true },
};

function parse(argv) {
  const options = { for: 'testnet', engine: null, run: null, args: [] };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--for') options.for = argv[++i];
    else if (argv[i] === '--engine') options.engine = argv[++i];
    else if (argv[i] === '--run') {
      options.run = argv[i + 1];
      options.args = argv.slice(i + 2);
      options.engine ??= engineOf(options.args);
      break;
    } else throw new SetupError(`setup: unknown option ${argv[i]}`);
  }
  if (!Object.hasOwn(needs, options.for)) {
    throw new SetupError(`setup: --for takes ${Object.keys(needs).join(', ')}`);
  }
  if (options.engine !== null && !Object.hasOwn(ENGINES, options.engine)) {
    throw new SetupError(`--engine takes ${Object.keys(ENGINES).join(' or ')}`);
  }
  return options;
}

/** The engine that the program to run is asked to use, which must be there before it starts. */
function engineOf(args) {
  const at = args.findIndex((arg) => arg === '--engine' || arg.startsWith('--engine='));
  if (at === -1) return null;
  return args[at].split('=')[1] ?? args[at + 1] ?? '';
}

/** The steps still to do, in order; none when all is in place. */
function missing({ for: purpose, engine }) {
  const steps = [];
  if (!dependenciesReady(root)) steps.push(() => installDependencies(root));
  if (needs[purpose].build && (steps.length > 0 || !buildReady())) steps.push(buildStep);
  if (needs[purpose].cometbft && recallCometbft(root, { engine }) === null) {
    steps.push(() => cometbftStep(engine));
  }
  return steps;
}

const buildStep = () =>
  step('Building', build).catch((error) => {
    if (error instanceof SetupError || error.errors === undefined) throw error;
    throw new SetupError('The build failed; the errors are above.');
  });

async function cometbftStep(engine) {
  const found = findCometbft(root, { engine }) ?? (await installCometbft(root, { engine }));
  rememberCometbft(root, found, { engine });
  console.error(`  CometBFT ${found.version}: ${found.path}`);
  if (found.notice) console.error(`  Notice: ${found.notice}.`);
}

async function setup(options) {
  checkNode(root);
  if (missing(options).length === 0) return;
  await withLock(
    join(root, '.cache', 'setup.lock'),
    async () => {
      // Again, as another process may have done it while this one waited.
      for (const work of missing(options)) await work();
    },
    { onWait: () => console.error('  Waiting for another set-up of this folder to end…') },
  );
}

try {
  const options = parse(process.argv.slice(2));
  await setup(options);
  if (options.run !== null) {
    // In the same process: one start of Node less, and signals reach the program itself.
    const file = join(root, options.run);
    process.argv = [process.argv[0], file, ...options.args];
    await import(pathToFileURL(file).href);
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exitCode = 1;
}
