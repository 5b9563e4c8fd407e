// Stryker's test runner that loads the tests once and runs them again for each break, which takes a
// // tenth of the time that Jest needs to load them each time. A test must be able to run alone and
// twice: one that cannot is left out. After each catch it is tried whether the process is sound.
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { configureGlobal } from 'fast-check';
import { getState } from 'jest-circus';
import { runTests, testsUnder } from './runTests.mjs';

const context = () => (globalThis.__stryker__ ??= {});

/** The tests that a file defines as it is loaded. */
async function testsOf(path) {
  const root = getState().rootDescribeBlock;
  const [children, hooks] = [root.children.length, root.hooks.length];
  await import(pathToFileURL(path).href);
  const own = { ...root, children: root.children.slice(children), hooks: root.hooks.splice(hooks) };
  return [...testsUnder(own)];
}

class OneProcess {
  static inject = tokens(commonTokens.options);

  constructor(options) {
    this.files = options.oneProcess.tests;
    this.tests = [];
    this.blockIds = new Map();
    this.isSound = true;
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    register('./hooks.mjs', import.meta.url);
    process.env.NODE_ENV = 'test';
    // Nobody reads the smallest input that a break fails on, and to find it takes most of the time.
    configureGlobal({ endOnFailure: true });
    for (const file of this.files) {
      const path = resolve(file);
      for (const test of await testsOf(path)) {
        this.tests.push({ ...test, file: path, id: `${file} ${test.name}` });
      }
    }
  }

  async dryRun() {
    const tests = await this.#run(this.tests, true);
    const mutantCoverage = this.#shared(structuredClone(context().mutantCoverage));
    if (tests.some(({ status }) => status === TestStatus.Failed)) {
      return { status: DryRunStatus.Complete, tests, mutantCoverage };
    }
    const odd = new Set();
    for (const test of this.tests) {
      const [{ id, status }] = await this.#run([test], true);
      if (status === TestStatus.Failed) odd.add(id);
    }
    for (const id of odd) console.error(`Left out, since it cannot run alone and twice: ${id}`);
    for (const id of odd) delete mutantCoverage.perTest[id];
    this.tests = this.tests.filter(({ id }) => !odd.has(id));
    return {
      status: DryRunStatus.Complete,
      tests: tests.filter(({ id }) => !odd.has(id)),
      mutantCoverage,
    };
  }

  /** What is covered before all tests of a block is covered by each of them. */
  #shared(coverage) {
    for (const { id, blocks } of this.tests) {
      for (const block of blocks) {
        const before = coverage.perTest[this.#idOf(block)] ?? {};
        const own = (coverage.perTest[id] ??= {});
        for (const [mutant, hits] of Object.entries(before))
          own[mutant] = (own[mutant] ?? 0) + hits;
      }
    }
    for (const { blocks } of this.tests) {
      for (const block of blocks) delete coverage.perTest[this.#idOf(block)];
    }
    return coverage;
  }

  #idOf(block) {
    if (!this.blockIds.has(block)) this.blockIds.set(block, `block ${this.blockIds.size}`);
    return this.blockIds.get(block);
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    if (!this.isSound) throw new Error('a break left something behind: a new process goes on');
    const chosen = new Set(testFilter);
    const tests = testFilter ? this.tests.filter(({ id }) => chosen.has(id)) : this.tests;
    const state = context();
    Object.assign(state, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit ? 0 : undefined,
    });
    const results = await this.#run(tests, disableBail);
    const limit = determineHitLimitReached(state.hitCount, state.hitLimit);
    delete state.activeMutant;
    state.hitCount = state.hitLimit = undefined;
    await this.#look(results);
    return (
      limit ?? toMutantRunResult({ status: DryRunStatus.Complete, tests: results }, disableBail)
    );
  }

  /** Whether what failed passes again without the break. */
  async #look(results) {
    const failed = new Set(results.filter((t) => t.status === TestStatus.Failed).map((t) => t.id));
    if (failed.size === 0) return;
    const again = await this.#run(
      this.tests.filter(({ id }) => failed.has(id)),
      true,
    );
    this.isSound = again.every(({ status }) => status === TestStatus.Success);
  }

  async #run(tests, isWhole) {
    const results = [];
    const onDone = ({ id, file: fileName }, error, timeSpentMs) => {
      const of = { id, name: id, fileName, timeSpentMs };
      if (error === undefined) results.push({ ...of, status: TestStatus.Success });
      else {
        const failureMessage = String(error?.stack ?? error);
        results.push({ ...of, status: TestStatus.Failed, failureMessage });
      }
      return error === undefined || isWhole;
    };
    const onStart = (next) => {
      context().currentTestId = next.id ?? this.#idOf(next);
    };
    await runTests(tests, onStart, onDone);
    delete context().currentTestId;
    return results;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'oneProcess', OneProcess)];
