import colors from 'picocolors';
import { RefusedError, type CliError } from '../errors.ts';
import { renderFields, renderTable, type Column } from './table.ts';

type Colors = ReturnType<typeof colors.createColors>;

export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Colours only for a person at a terminal, and not where NO_COLOR is set (no-color.org). */
export function wantsColor(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  const forbidden = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return stream.isTTY === true && !forbidden;
}

/** Where results go: JSON for programs, text for people. */
export class Output {
  readonly isJson: boolean;
  readonly color: Colors;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;

  constructor(isJson: boolean, env: NodeJS.ProcessEnv, stdout: OutputStream, stderr: OutputStream) {
    this.isJson = isJson;
    this.color = colors.createColors(!isJson && wantsColor(stdout, env));
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** A result: `json` as it is, or the text. */
  show(json: unknown, text: () => string): void {
    const shown = this.isJson ? JSON.stringify(json, null, 2) : text();
    this.#stdout.write(`${shown}\n`);
  }

  /** What is no result: progress, hints. Never in the way of a pipe. */
  note(text: string): void {
    if (!this.isJson) this.#stderr.write(`${text}\n`);
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
    this.#stderr.write(`Error${name}: ${message}\n${advice === null ? '' : `${advice}\n`}`);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
    return renderTable(columns, rows, this.color.bold);
  }

  fields(fields: readonly (readonly [string, string])[]): string {
    return renderFields(fields, this.color.dim);
  }

  /** Green for gains, red for losses. */
  signed(value: bigint, text: string): string {
    if (value === 0n) return text;
    return value > 0n ? this.color.green(text) : this.color.red(text);
  }
}
