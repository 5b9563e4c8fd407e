/**
 * Text from outside, for a screen or a log: what a terminal would act on instead of showing it
 * (control characters, escape sequences, marks that turn the order of letters or hide them) is
 * written as JSON writes it, `\u001b`. What is printable stays as it is, so that it may be done
 * twice.
 */

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line: a line break is escaped too. */
export const printable = (text: string): string =>
  text.replace(HIDDEN, (character) => short[character] ?? escaped(character));

/** Lines of one's own making, or JSON, where a line break stands for nothing but itself. */
export const printableLines = (text: string): string =>
  text.replace(HIDDEN, (character) =>
    character === '\n' ? character : (short[character] ?? escaped(character)),
  );

/** Pino's hook that makes every line it writes printable; the line stays the same JSON. */
export const logHooks = { streamWrite: printableLines };
