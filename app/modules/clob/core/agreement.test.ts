import { readFileSync } from 'node:fs';
import { describe, test } from '@jest/globals';
import * as fc from 'fast-check';
import { messages as list, trades } from './randomMessages.ts';
import { SCALES, Trio, agree, pagesOf, same, type Message } from './trio.ts';

/** For a long look: so many random messages on each scale. */
const LONG_RUN = Number(process.env['CLOB_CORE_MESSAGES'] ?? 0);

interface Regression {
  readonly name: string;
  readonly scale: string;
  readonly isChecked: boolean;
  readonly messages: Message[];
}

/** Shrunk messages, each of which told a core that was broken on purpose from the model. */
const file = new URL('../../../../test/vectors/clob/regressions.jsonl', import.meta.url);
const lines = readFileSync(file, 'utf8').trim().split('\n');
const regressions = lines.map((line) => JSON.parse(line) as Regression);

describe('the book and its naive model', () => {
  for (const [name, scale] of Object.entries(SCALES)) {
    test(`agree report by report on ${name} prices`, () => {
      const agreeOn = (messages: Message[], isChecked: boolean) =>
        agree(messages, isChecked, scale);
      const numRuns = name === 'small' ? 150 : 50;
      fc.assert(fc.property(list(1, 120), fc.boolean(), agreeOn), { numRuns });
    });

    (LONG_RUN > 0 ? test : test.skip)(`agree over a long run on ${name} prices`, () => {
      const agreeOn = (messages: Message[], isChecked: boolean) =>
        agree(messages, isChecked, scale);
      const numRuns = Math.ceil(LONG_RUN / 500);
      fc.assert(fc.property(list(400, 600), fc.boolean(), agreeOn), { numRuns });
    });
  }

  test.each(regressions)('agree where a broken core did not: $name', (saved) => {
    agree(saved.messages, saved.isChecked, SCALES[saved.scale]!);
  });

  test('a book rebuilt from its pages goes on as the book itself, to the byte', () => {
    const twins = (before: Message[], after: Message[], isChecked: boolean): void => {
      const [original, rebuilt] = [0, 1].map(() => new Trio(isChecked, SCALES['small']!));
      for (const each of before) [original!, rebuilt!].forEach((trio) => trio.run(each));
      rebuilt!.reload();
      for (const each of after) {
        [original!, rebuilt!].forEach((trio) => trio.run(each));
        same(rebuilt!.reports, original!.reports);
      }
      same(pagesOf(rebuilt!.book), pagesOf(original!.book));
    };
    const flow = fc.array(trades, { minLength: 20, maxLength: 60, size: 'max' });
    fc.assert(fc.property(flow, flow, fc.boolean(), twins), { numRuns: 40 });
  });
});
