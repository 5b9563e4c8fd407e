import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import type { GlobalFlags, Surroundings } from './config/settings.ts';
import { resolveSettings } from './config/settings.ts';
import { CliError, FaultError, exitCodes, usageError, type ExitCode } from './errors.ts';
import { Output, writeLines, type OutputStream } from './output/output.ts';
import { buildProgram, describeMisuse } from './program.ts';
import { Session } from './session.ts';
import { Terminal } from './terminal.ts';

/** Everything outside that a command touches, beside the network. */
export interface Io extends Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream & NodeJS.WritableStream;
  /** Unix milliseconds now; the machine's where there is none. */
  readonly clock?: () => number;
}

/** The command line as commander sees it. */
export function programOf(io: Io): Command {
  const open = (flags: GlobalFlags) => {
    const settings = resolveSettings(flags, io);
    const out = new Output(settings.json, io.env, io.stdout, io.stderr);
    return new Session(settings, out, new Terminal(io.stdin, io.stderr), io.clock);
  };
  const streams = {
    writeOut: (text: string) => void writeLines(io.stdout, text),
    writeErr: (text: string) => void writeLines(io.stderr, text),
  };
  return buildProgram(open, streams);
}

/** Runs one command. What goes wrong is shown, and told by the exit code. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await programOf(io).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // The settings themselves may be what is wrong: only the flag is looked at.
    const isJson = args.includes('--json');
    // One of its own it has shown already; what a command threw while it ran it has not.
    if (error instanceof CommanderError && !(error instanceof InvalidArgumentError)) {
      const exitCode = exitCodeOf(error);
      if (isJson && exitCode !== exitCodes.ok) showMisuse(error, io);
      return exitCode;
    }
    const known = error instanceof CliError ? error : failureOf(error);
    new Output(isJson, io.env, io.stdout, io.stderr).fail(known);
    return known.exitCode;
  }
}

const failureOf = (error: unknown): CliError =>
  error instanceof InvalidArgumentError ? usageError(error.message) : new FaultError(error);

/** Help and version are no errors; commander has printed its own message for the rest. */
function exitCodeOf(error: CommanderError): ExitCode {
  const isHelp = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  return isHelp ? exitCodes.ok : exitCodes.usage;
}

/** Commander speaks to people only; programs get the same as JSON. */
function showMisuse({ message }: CommanderError, io: Io): void {
  const told = describeMisuse(message).replace(/^Error: /, '');
  const error = { codespace: null, code: null, message: told, advice: null };
  const json = { error: { ...error, exitCode: exitCodes.usage, tx: null } };
  new Output(true, io.env, io.stdout, io.stderr).show(json, () => '');
}
