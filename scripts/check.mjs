// Everything about the code that needs no running: each check is run, and each failure shown.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const bin = (...path) => join(root, 'node_modules', ...path);

const checks = [
  { name: 'types', args: [bin('typescript', 'bin', 'tsc'), '--pretty'] },
  { name: 'lint', args: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'] },
  { name: 'format', args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'] },
  { name: 'tidy', args: ['scripts/test.mjs', 'test/tidy'] },
  { name: 'proto drift', args: ['scripts/proto.mjs', '--check'] },
  { name: 'error codes', args: ['scripts/errors.mjs', '--check'] },
  { name: 'conformity', args: ['scripts/conformity.mjs', '--check'] },
];

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(130);
  });
}

/** Runs one check; resolves to whether it passed, having shown what it printed if it did not. */
function runCheck({ name, args }) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, '     '));
      resolve(code === 0);
    });
  });
}

const results = [];
for (const check of checks) results.push(await runCheck(check));
const failed = results.filter((ok) => !ok).length;
console.log(`${results.length - failed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
