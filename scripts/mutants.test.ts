import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { addReasons, describe as describeMutants, score } from './mutants/report.mjs';
import type { Equivalent, MutantResult } from './mutants/report.mjs';
import { runTests, testsUnder } from './mutants/runTests.mjs';
import type { Block, Hook, TestEntry } from './mutants/runTests.mjs';

const SOURCE = 'const a = 1;\n  if (b > 0) return c;\n';
const broken = (status: string, replacement: string): MutantResult => ({
  ...{ fileName: 'app/x.ts', mutatorName: 'EqualityOperator', status, replacement },
  location: { start: { line: 2, column: 7 }, end: { line: 2, column: 12 } },
});
const known = [{ file: 'app/x.ts', line: 'if (b > 0) return c;', replacement: 'b >= 0', why: 'w' }];
const judge = (...results: MutantResult[]) => addReasons(results, known, () => SOURCE);

describe('what became of the breaks', () => {
  it('counts those that a test or its time limit caught', () => {
    const judged = judge(broken('Killed', 'b < 0'), broken('Timeout', 'true'));
    expect(score(judged)).toEqual({ caught: 2, counted: 2, equivalent: 0, percent: 100 });
  });

  it('counts what no test runs as missed, and what cannot be run not at all', () => {
    const judged = judge(broken('NoCoverage', 'b < 0'), broken('CompileError', 'b'));
    expect(score(judged)).toMatchObject({ caught: 0, counted: 1, percent: 0 });
  });

  it('leaves out one that is known to change nothing, wherever its line has moved to', () => {
    const judged = judge(broken('Survived', 'b >= 0'), broken('Killed', 'b < 0'));
    expect(score(judged)).toEqual({ caught: 1, counted: 1, equivalent: 1, percent: 100 });
  });

  it('takes a reason for one break only, the one whose code it names', () => {
    const all = { start: { line: 2, column: 3 }, end: { line: 2, column: 23 } };
    const results = [
      { ...broken('Survived', 'b >= 0'), location: all },
      broken('Survived', 'b >= 0'),
    ];
    const excused = (reasons: Equivalent[]) =>
      addReasons(results, reasons, () => SOURCE).map(({ why }) => why);
    expect(excused(known)).toEqual(['w', undefined]);
    expect(excused([{ ...known[0]!, original: 'b > 0' }])).toEqual([undefined, 'w']);
  });

  it('shows the line and the code of each that was missed', () => {
    expect(describeMutants(judge(broken('Survived', 'b < 0')))).toBe(
      'app/x.ts: 0 of 1 caught\n' +
        '  2: b > 0 → b < 0   EqualityOperator, survived\n' +
        '0 of 1 caught, 0.0%; 0 change nothing',
    );
  });

  it('every equivalent names a line that is in its file, and why', () => {
    const root = new URL('../', import.meta.url);
    const list = new URL('test/mutants/equivalent.json', root);
    const named = JSON.parse(readFileSync(list, 'utf8')) as Equivalent[];
    for (const { file, line, why } of named) {
      const path = fileURLToPath(new URL(file, root));
      const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      expect({ file, line, there: lines.some((l) => l.trim() === line) }).toMatchObject({
        there: true,
      });
      expect(why.length).toBeGreaterThan(10);
    }
  });
});

describe('what took too long', () => {
  it('counts as caught, and is shown: a busy machine may have done it', () => {
    const judged = judge(broken('Timeout', 'true'));
    expect(describeMutants(judged)).toContain(
      'app/x.ts: 1 of 1 caught\n' +
        '  2: b > 0 → true   EqualityOperator, caught by its time limit alone',
    );
  });
});

describe('tests that run without Jest', () => {
  let said: string[];
  const entry = (name: string, mode = '', error?: Error): TestEntry => ({
    ...{ type: 'test', name, mode },
    fn: () => {
      said.push(name);
      if (error !== undefined) throw error;
    },
  });
  const block = (name: string, children: Block['children']): Block => {
    const types: Hook['type'][] = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'];
    const hooks = types.map((type) => ({ type, fn: () => said.push(`${type} ${name}`) }));
    return { type: 'describeBlock', name, hooks, children };
  };
  const broken = new Error('no');
  const file = block('file', [
    block('inner', [entry('a'), entry('left out', 'skip'), entry('b', '', broken)]),
    entry('c'),
  ]);
  const run = async (names: readonly string[], goesOn: boolean) => {
    said = [];
    const ended: [string, unknown][] = [];
    const tests = [...testsUnder(file)].filter(({ name }) => names.includes(name));
    await runTests(
      tests,
      () => undefined,
      ({ name }, error) => {
        ended.push([name, error]);
        return error === undefined || goesOn;
      },
    );
    return ended;
  };

  it('have their hooks about them, those before all once a block', async () => {
    const ended = await run(['inner a', 'inner b', 'c'], true);
    expect(ended).toEqual([
      ['inner a', undefined],
      ['inner b', broken],
      ['c', undefined],
    ]);
    const around = (what: string, names: string[]) => names.map((name) => `${what} ${name}`);
    expect(said).toEqual([
      ...around('beforeAll', ['file', 'inner']),
      ...['a', 'b'].flatMap((name) => [
        ...[...around('beforeEach', ['file', 'inner']), name],
        ...around('afterEach', ['inner', 'file']),
      ]),
      ...['afterAll inner', 'beforeEach file', 'c', 'afterEach file', 'afterAll file'],
    ]);
  });

  it('end with the first that fails, and run as often as one likes', async () => {
    for (let time = 0; time < 2; time++) {
      expect(await run(['inner b', 'c'], false)).toEqual([['inner b', broken]]);
      expect(said.slice(-2)).toEqual(['afterAll inner', 'afterAll file']);
    }
  });
});
