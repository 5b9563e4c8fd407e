import ts from 'typescript';
import { lineOf, walk, type Source } from './source.ts';
import type { Violation } from './violation.ts';

const MAX_FILE_LINES = 300;
const MAX_LINE_LENGTH = 100;
const MAX_FUNCTION_LINES = 70;

/** Unfinished work is an issue, not a comment. Written in parts, as this file is checked too. */
const unfinished = new RegExp(
  `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`,
);

/** Nothing can break an address. */
const hasAddress = (line: string) => /https?:\/\/\S{40,}/.test(line);

/** Lengths of files and lines, and left-over notes; for every text file. */
export function textViolations(path: string, lines: readonly string[]): Violation[] {
  const found: Violation[] = [];
  const isCode = /\.m?tsx?$|\.mjs$/.test(path);
  lines.forEach((text, i) => {
    const at = (problem: string) => found.push({ path, line: i + 1, problem });
    if (unfinished.test(text)) at(`unfinished: ${unfinished.exec(text)![0]}`);
    if (isCode && text.length > MAX_LINE_LENGTH && !hasAddress(text)) {
      at(`line of ${text.length} characters, over ${MAX_LINE_LENGTH}`);
    }
  });
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  if (isCode && count > MAX_FILE_LINES) {
    found.push({ path, line: count, problem: `file of ${count} lines, over ${MAX_FILE_LINES}` });
  }
  return found;
}

/** Functions too long to be read at once; not in tests, whose `describe` is a function too. */
export function functionViolations({ path, tree }: Source): Violation[] {
  const found: Violation[] = [];
  if (/\.(test|bench)\.ts$/.test(path)) return found;
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const first = lineOf(tree, node);
    const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    const count = last - first + 1;
    if (count <= MAX_FUNCTION_LINES) return;
    const problem = `function of ${count} lines, over ${MAX_FUNCTION_LINES}`;
    found.push({ path, line: first, problem });
  });
  return found;
}

/** protobufjs' own encode writes a bigint as 0 (docs/adr/002): only proto/ touches it. */
export function codecViolations({ path, imports }: Source): Violation[] {
  if (path.startsWith('proto/') || path === 'scripts/proto.mjs') return [];
  return imports
    .filter(({ specifier }) => /^protobufjs(\/|$)/.test(specifier))
    .map(({ line }) => ({ path, line, problem: 'protobufjs is used through proto/ only' }));
}
