/** What the command's exit status means; `tenor --help` lists them. */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  key: 4,
  timeout: 5,
  wrongProof: 6,
  unproven: 7,
  untrusted: 8,
  attack: 9,
  fault: 70,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that a person can act on: what is wrong, and what to do. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: ExitCode;
  readonly advice: string | null;

  constructor(exitCode: ExitCode, message: string, advice: string | null = null) {
    super(message);
    this.exitCode = exitCode;
    this.advice = advice;
  }
}

export interface TxPlace {
  readonly hash: string;
  readonly height: number;
}

/** The chain's own refusal, with its stable code. */
export class RefusedError extends CliError {
  override readonly name = 'RefusedError';
  readonly codespace: string;
  readonly code: number;
  /** The transaction, when it is in a block. */
  readonly tx: TxPlace | null;

  constructor(
    { codespace, code }: { readonly codespace: string; readonly code: number },
    message: string,
    advice: string | null = null,
    tx: TxPlace | null = null,
  ) {
    super(exitCodes.refused, message, advice);
    this.codespace = codespace;
    this.code = code;
    this.tx = tx;
  }
}

/** A fault of this program, and where in it. */
export class FaultError extends CliError {
  override readonly name = 'FaultError';
  /** The lines of its stack. */
  readonly trace: readonly string[];

  constructor(error: unknown) {
    super(exitCodes.fault, `This is a fault of this program. ${String(error)}`, null);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    this.trace = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  }
}

export const usageError = (message: string, advice: string | null = null): CliError =>
  new CliError(exitCodes.usage, message, advice);

export const keyError = (message: string, advice: string | null = null): CliError =>
  new CliError(exitCodes.key, message, advice);
