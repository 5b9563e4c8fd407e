import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { logHooks, printable, printableLines } from './printable.ts';

/** What may not reach a terminal: C0, DEL, C1, bidirectional marks, what cannot be seen. */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('text from outside', () => {
  it.each([
    ['\u001b[2J\u001b[HVerified', '\\u001b[2J\\u001b[HVerified'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u202eb\u2066c\u200fd', 'a\\u202eb\\u2066c\\u200fd'],
    ['a\r\nb\tc\u0007', 'a\\r\\nb\\tc\\u0007'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['\ud800', '\\ud800'],
    ['Zürich – 上海 🙂 \\n', 'Zürich – 上海 🙂 \\n'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(printable(shown)).toBe(shown);
  });

  it('is escaped whatever it is, and its JSON stays the JSON of the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hidden.test(printable(text))).toBe(false);
        const json = printableLines(JSON.stringify({ text }, null, 2));
        expect(hidden.test(json.replaceAll('\n', ''))).toBe(false);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

it('a log has it escaped, and stays JSON a line', () => {
  const lines: string[] = [];
  const log = pino({ hooks: logHooks }, { write: (line) => void lines.push(line) });
  const error = new Error('\u001b[2J\u202e\u009b\n');
  log.error({ error: String(error), err: error }, 'failed\u2028');
  expect(lines).toHaveLength(1);
  expect(hidden.test(lines[0]!.trimEnd())).toBe(false);
  expect(JSON.parse(lines[0]!)).toMatchObject({ error: String(error), msg: 'failed\u2028' });
});
