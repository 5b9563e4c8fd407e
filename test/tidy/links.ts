import { posix } from 'node:path';
import type { Violation } from './violation.ts';

/** Blocks and pieces of code, in which nothing is a link. */
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;
const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const ELSEWHERE = /^([a-z][a-z0-9+.-]*:|#)/i;

/** Relative links of a Markdown file that lead to no file or folder. */
export function linkViolations(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): Violation[] {
  const found: Violation[] = [];
  const shown = text.replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
  for (const match of shown.matchAll(LINK)) {
    const target = match[1]!;
    if (ELSEWHERE.test(target)) continue;
    const file = posix.join(posix.dirname(path), decodeURI(target.split('#')[0]!));
    const line = shown.slice(0, match.index).split('\n').length;
    if (!exists(file)) found.push({ path, line, problem: `no file at the link ${target}` });
  }
  return found;
}
