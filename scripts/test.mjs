// Runs the tests with Jest; arguments are passed through. The last line, alone on stdout's end, is
// `N passed, N failed`: a file that does not run counts as a failure, and so does running no test.
// Files that run real engines or a browser and failed are run once more, alone, and named as
// unsteady when they pass then (ADR 180).
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Reads Jest's JSON results; `{ passed, failed }`. */
export function count(results, exitCode) {
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = results;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const wrong = exitCode !== 0 || passed === 0;
  return { passed, failed: failed === 0 && wrong ? 1 : failed };
}

const noResults = { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0 };

/** Where tests run in real time, beside whatever else the machine does. */
const REAL_TIME = /^test\/(e2e|browser)\//;
/** More than so many files that fail together are no chance. */
const AGAIN_MAX = 3;

/** The files, relative to `from`, that are worth a second run: all that failed, or none. */
export function filesAgain({ testResults = [] }, from = root) {
  const failed = testResults.filter(({ status }) => status === 'failed');
  const paths = failed.map(({ name }) => relative(from, name));
  const isChance = paths.length <= AGAIN_MAX && paths.every((path) => REAL_TIME.test(path));
  return isChance ? paths : [];
}

function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error('Jest ended without writing its results.');
    return noResults;
  }
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function jest(args) {
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings', bin];
  const child = spawn(process.execPath, [...flags, ...args], {
    ...{ cwd: root, stdio: ['inherit', 2, 2] },
    // A group of its own: what a file that hangs has started ends with it.
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      endGroup(child.pid);
      resolve(code ?? 1);
    }),
  );
}

const passedIn = ({ testResults }, paths) =>
  testResults
    .filter(({ name }) => paths.includes(relative(root, name)))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed').length;

async function run(args) {
  const folder = join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `test-results-${process.pid}.json`);
  const exitCode = await jest(['--json', `--outputFile=${output}`, ...args]);
  const results = readResults(output);
  rmSync(output, { force: true });
  return { results, ...count(results, exitCode) };
}

async function main(argv) {
  const workers = argv.some((arg) => /^(--maxWorkers|-w|-i|--runInBand)/.test(arg));
  let { results, passed, failed } = await run([...(workers ? [] : ['--maxWorkers=2']), ...argv]);
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
