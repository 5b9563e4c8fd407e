// Runs the tests with Jest; arguments are passed through. The last line, alone on stdout's end, is
// `N passed, N failed`: a file that does not run counts as a failure, and so does running no test.
// Without arguments all run, in two lanes side by side: what goes by the clock (real engines, a
// browser, feeders and gateways), one file after the other, and the rest, which gets what is left
// of the machine. Files of the first that failed are run once more, alone, and named as unsteady
// when they pass then (ADR 180).
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Where tests go by the clock, whatever else the machine does. */
const BY_THE_CLOCK = /^(test\/(e2e|browser)|feeder|gateway)\//;
/** Of the other lane: steps below the first, which so has the processor when it wants it. */
const NICE = 5;
/** More than so many files that fail together are no chance. */
const AGAIN_MAX = 3;

const escaped = (text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
const clockPaths = `^${escaped(root)}${BY_THE_CLOCK.source.slice(1)}`;

/** What Jest is told of each lane, and how much it gives way. */
const lanes = () => [
  { nice: 0, args: ['--maxWorkers=1', `--testPathPatterns=${clockPaths}`] },
  {
    nice: NICE,
    args: [
      `--maxWorkers=${availableParallelism()}`,
      ...['--testPathIgnorePatterns', clockPaths, '/node_modules/'],
    ],
  },
];

/** Reads Jest's JSON results; `{ passed, failed }`. */
export function count(results, exitCode) {
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = results;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const wrong = exitCode !== 0 || passed === 0;
  return { passed, failed: failed === 0 && wrong ? 1 : failed };
}

/** The files, relative to `from`, that are worth a second run: all that failed, or none. */
export function filesAgain(testResults, from = root) {
  const failed = testResults.filter(({ status }) => status === 'failed');
  const paths = failed.map(({ name }) => relative(from, name));
  const isChance = paths.length <= AGAIN_MAX && paths.every((path) => BY_THE_CLOCK.test(path));
  return isChance ? paths : [];
}

const noResults = { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0 };

function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error('Jest ended without writing its results.');
    return { ...noResults, testResults: [] };
  }
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function jest(args, lane) {
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings', bin];
  const child = spawn(process.execPath, [...flags, ...args], {
    ...{ cwd: root, stdio: lane ? ['inherit', 'pipe', 'pipe'] : ['inherit', 2, 2] },
    // A group of its own: what a file that hangs has started ends with it.
    detached: true,
  });
  if (lane) setPriority(child.pid, lane.nice);
  // By a pipe Jest tells whole files, without lines that it writes over while others write too.
  for (const told of [child.stdout, child.stderr]) told?.pipe(process.stderr, { end: false });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      endGroup(child.pid);
      resolve(code ?? 1);
    }),
  );
}

let runs = 0;
async function run(args, lane) {
  const folder = join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `test-results-${process.pid}-${(runs += 1)}.json`);
  const colors = lane && process.stderr.isTTY ? ['--colors'] : [];
  const told = ['--json', `--outputFile=${output}`, ...colors];
  const exitCode = await jest([...told, ...args], lane);
  const results = readResults(output);
  rmSync(output, { force: true });
  return { results: results.testResults, ...count(results, exitCode) };
}

async function runAll(argv) {
  if (argv.length === 0) return Promise.all(lanes().map((lane) => run(lane.args, lane)));
  const workers = argv.some((arg) => /^(--maxWorkers|-w|-i|--runInBand)/.test(arg));
  return [await run([...(workers ? [] : ['--maxWorkers=2']), ...argv])];
}

const passedIn = (results, paths) =>
  results
    .filter(({ name }) => paths.includes(relative(root, name)))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed').length;

async function main(argv) {
  const done = await runAll(argv);
  const results = done.flatMap((lane) => lane.results);
  let passed = done.reduce((sum, lane) => sum + lane.passed, 0);
  let failed = done.reduce((sum, lane) => sum + lane.failed, 0);
  const again = filesAgain(results);
  if (again.length > 0) {
    console.error(`Failed beside other tests, once more alone: ${again.join(', ')}`);
    const second = await run(['--runInBand', '--runTestsByPath', ...again]);
    if (second.failed === 0) {
      passed += second.passed - passedIn(results, again);
      failed = 0;
      console.log(`unsteady, to be mended: ${again.join(', ')}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
