import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { addReasons, describe as describeMutants, score } from './mutants/report.mjs';
import type { Equivalent, MutantResult } from './mutants/report.mjs';

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
