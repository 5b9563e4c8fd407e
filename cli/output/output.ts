import { randomInt } from 'node:crypto';
import colors from 'picocolors';
import { printable, printableLines } from '../../app/lib/printable.ts';
import { FaultError, RefusedError, type CliError } from '../errors.ts';
import { renderFields, renderTable, type Column } from './table.ts';

export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Lines, each a string without a line break: one in it is shown as an escape. */
export type Text = string | readonly Text[];

/** Colours only for a person at a terminal, and not where NO_COLOR is set (no-color.org). */
export function wantsColor(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  const forbidden = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return stream.isTTY === true && !forbidden;
}

const NAMES = ['bold', 'cyan', 'dim', 'green', 'red', 'yellow'] as const;
type Colors = Readonly<Record<(typeof NAMES)[number], (text: string) => string>>;

/**
 * Colours of this program carry a number that nobody outside can know, until they are written: any
 * other escape sequence came in with some text, and is shown instead of obeyed.
 */
const MARK = String(randomInt(1e9, 1e10));
const OWN = new RegExp(`(\\u001b\\[\\d+);${MARK}m`);
const SGR = new RegExp('(\\u001b\\[\\d+)m', 'g');

/** One line, printable but for our own colours, which `own` writes, given up to the number. */
const written = (line: string, own: (sequence: string) => string): string =>
  line
    .split(OWN)
    .map((part, i) => (i % 2 === 0 ? printable(part) : own(part)))
    .join('');

const marked = (line: string): string => written(line, (part) => `${part};${MARK}m`);
const shown = (line: string): string => written(line, (part) => `${part}m`);
/** The other way, for a line in which nothing comes from outside any more. */
const markAll = (line: string): string => line.replace(SGR, `$1;${MARK}m`);

function ownColors(isOn: boolean): Colors {
  const formats = colors.createColors(isOn);
  const color = (name: (typeof NAMES)[number]) => (text: string) =>
    markAll(formats[name]('\0')).replace('\0', () => marked(text));
  const entries = NAMES.map((name) => [name, color(name)] as const);
  return Object.fromEntries(entries) as Colors;
}

const linesOf = (text: Text): string[] =>
  typeof text === 'string' ? [text] : text.flatMap(linesOf);

/** Lines of this program's own making, such as its help, with what was typed in them. */
export const writeLines = (stream: OutputStream, text: string): unknown =>
  stream.write(printableLines(text));

/**
 * Where results go: JSON for programs, text for people. The only way to the terminal but for
 * questions, so that whatever comes from outside is shown and never obeyed.
 */
export class Output {
  readonly isJson: boolean;
  readonly color: Colors;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;

  constructor(isJson: boolean, env: NodeJS.ProcessEnv, stdout: OutputStream, stderr: OutputStream) {
    this.isJson = isJson;
    this.color = ownColors(!isJson && wantsColor(stdout, env));
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** A result: `json` as it is, or the text. */
  show(json: unknown, text: () => Text): void {
    if (this.isJson) writeLines(this.#stdout, `${JSON.stringify(json, null, 2)}\n`);
    else write(this.#stdout, text());
  }

  /** One of many results as they come: a line of JSON, or of text. */
  entry(json: unknown, text: () => string): void {
    if (this.isJson) writeLines(this.#stdout, `${JSON.stringify(json)}\n`);
    else write(this.#stdout, text());
  }

  /** What is no result: progress, hints. Never in the way of a pipe. */
  note(text: Text): void {
    if (!this.isJson) write(this.#stderr, text);
  }

  /** What went wrong, for people on stderr and for programs on stdout. */
  fail(error: CliError): void {
    const { message, advice, exitCode } = error;
    const refusal = error instanceof RefusedError ? error : null;
    if (this.isJson) {
      const { codespace = null, code = null, tx = null } = refusal ?? {};
      this.show({ error: { codespace, code, message, advice, exitCode, tx } }, () => '');
    }
    const name = refusal === null ? '' : ` [${refusal.codespace}/${refusal.code}]`;
    const trace = error instanceof FaultError ? error.trace : [];
    write(this.#stderr, [`Error${name}: ${message}`, advice ?? [], trace]);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
    // The library counts and closes colours that it knows, so cells have those of a terminal.
    const cells = rows.map((row) => row.map(shown));
    return renderTable(columns, cells, (title) => shown(this.color.bold(title))).map(markAll);
  }

  fields(fields: readonly (readonly [string, string])[]): readonly string[] {
    return renderFields(fields, this.color.dim);
  }

  /** Green for gains, red for losses. */
  signed(value: bigint, text: string): string {
    if (value === 0n) return text;
    return value > 0n ? this.color.green(text) : this.color.red(text);
  }
}

const write = (stream: OutputStream, text: Text): void =>
  void stream.write(
    linesOf(text)
      .map((line) => `${shown(line)}\n`)
      .join(''),
  );
