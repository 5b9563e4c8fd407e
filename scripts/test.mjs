// Runs the tests with Jest; arguments are passed through. The last line, alone on stdout's end, is
// `N passed, N failed`: a file that does not run counts as a failure, and so does running no test.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

async function main(argv) {
  const folder = join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `test-results-${process.pid}.json`);
  const workers = argv.some((arg) => /^(--maxWorkers|-w|-i|--runInBand)/.test(arg));
  const defaults = workers ? [] : ['--maxWorkers=2'];
  const exitCode = await jest([...defaults, '--json', `--outputFile=${output}`, ...argv]);
  const { passed, failed } = count(readResults(output), exitCode);
  rmSync(output, { force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
