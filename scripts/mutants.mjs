// Breaks the code on purpose, one place at a time, and sees whether a test notices:
//
//   npm run mutants -- PATH… [--tests PATH]… [--only] [--again] [--jest] [--goal PERCENT]
//
// PATH is a folder or a file of app/. The tests are those of its module and those of --tests; with
// --only those of --tests alone, which gives a lower bound of the score in a fraction of the time.
// With --again only what the last run of the same paths missed is run, and what was changed since.
// Tests are loaded once and run again for each break, unless --jest loads them anew each time.
// Prints each break that no test caught; ends with 1 below the goal (90). No part of `npm test`.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { addReasons, describe, score } from './mutants/report.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, '.cache', 'mutants');
const EQUIVALENTS = join(root, 'test', 'mutants', 'equivalent.json');

/** The module that a path belongs to, whose tests are run: app/modules/NAME, else app/NAME. */
function moduleOf(path) {
  const parts = path.split('/');
  return parts.slice(0, parts[1] === 'modules' ? 3 : 2).join('/');
}

const isFolder = (path) => existsSync(join(root, path)) && statSync(join(root, path)).isDirectory();
const sourcesOf = (path) => (isFolder(path) ? `${path}/**/*.ts` : path);

/** The test files of a folder, or the one that is named. */
const testsOf = (path) =>
  isFolder(path)
    ? readdirSync(join(root, path), { recursive: true })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${path}/${name}`)
        .sort()
    : [path];

/** Jest's configuration with only the tests to run; Stryker reads it from a file. */
async function writeJestConfig(tests) {
  const { default: base } = await import('../jest.config.mjs');
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `jest-${process.pid}.json`);
  const testMatch = tests.map((test) => `<rootDir>/${test}`);
  writeFileSync(path, JSON.stringify({ ...base, rootDir: '../..', testMatch }));
  return relative(root, path);
}

const withJest = (configFile) => ({
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile, enableFindRelatedTests: false },
});
const withoutJest = (tests) => ({
  testRunner: 'oneProcess',
  testRunnerNodeArgs: ['--no-warnings'],
  oneProcess: { tests },
});

/** Where the results of a run are kept, by what it broke. */
const keptIn = (targets) =>
  join('.cache', 'mutants', `${createHash('sha256').update(targets.join()).digest('hex')}.json`);

function options(targets, runner, isAgain) {
  return {
    mutate: [...targets.map(sourcesOf), '!**/*.test.ts', '!**/*.bench.ts', '!**/fixture.ts'],
    plugins: [
      '@stryker-mutator/jest-runner',
      './scripts/mutants/ignoreMessages.mjs',
      './scripts/mutants/oneProcess.mjs',
    ],
    ignorers: ['messages'],
    ...runner,
    coverageAnalysis: 'perTest',
    // What runs once, as a file is loaded, cannot be told apart by test; constants are not broken.
    ignoreStatic: true,
    concurrency: 1,
    tempDirName: '.cache/stryker',
    ignorePatterns: ['dist', 'bench', 'docs', '.testnet', '.cache/bin', '.cache/bench-*'],
    disableTypeChecks: false,
    ...{ incremental: true, incrementalFile: keptIn(targets), force: !isAgain },
    timeoutMS: 30_000,
    reporters: ['progress'],
    allowEmpty: false,
    warnings: { unknownOptions: false },
    thresholds: { high: 90, low: 90, break: null },
  };
}

async function main(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      tests: { type: 'string', multiple: true, default: [] },
      only: { type: 'boolean', default: false },
      jest: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      goal: { type: 'string', default: '90' },
    },
  });
  const targets = positionals.map((path) => path.replace(/\/$/, ''));
  const missing = [...targets, ...values.tests].find((path) => !existsSync(join(root, path)));
  if (targets.length === 0 || missing !== undefined) {
    console.error(missing ? `There is no ${missing}.` : 'Which folder? npm run mutants -- FOLDER');
    return 64;
  }
  process.chdir(root);
  const modules = values.only ? [] : targets.map(moduleOf);
  const tests = [...new Set([...modules, ...values.tests].flatMap(testsOf))];
  const runner = values.jest ? withJest(await writeJestConfig(tests)) : withoutJest(tests);
  const found = await new Stryker(options(targets, runner, values.again)).runMutationTest();
  const results = found.map((mutant) => {
    return { ...mutant, fileName: relative(root, resolve(root, mutant.fileName)) };
  });
  const known = JSON.parse(readFileSync(EQUIVALENTS, 'utf8'));
  const judged = addReasons(results, known, (file) => readFileSync(join(root, file), 'utf8'));
  console.log(describe(judged));
  return score(judged).percent >= Number(values.goal) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
