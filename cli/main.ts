import { CommanderError } from 'commander';
import { homedir } from 'node:os';
import type { GlobalFlags } from './config/settings.ts';
import { resolveSettings } from './config/settings.ts';
import { CliError, exitCodes, type ExitCode } from './errors.ts';
import { Output } from './output/output.ts';
import { buildProgram } from './program.ts';
import { Session } from './session.ts';
import { Terminal } from './terminal.ts';

function openSession(flags: GlobalFlags): Session {
  const around = { env: process.env, cwd: process.cwd(), home: homedir() };
  const settings = resolveSettings(flags, around);
  return new Session(settings, new Output(settings.json, process.env), new Terminal());
}

/** Help and version are no errors; commander has printed its own message for the rest. */
function exitCodeOf(error: CommanderError): ExitCode {
  const isHelp = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  return isHelp ? exitCodes.ok : exitCodes.usage;
}

async function main(args: readonly string[]): Promise<ExitCode> {
  try {
    const program = buildProgram(openSession, (text) => void process.stdout.write(`${text}\n`));
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    const known = error instanceof CliError ? error : faultOf(error);
    // The settings themselves may be what is wrong: only the flag is looked at.
    new Output(args.includes('--json'), process.env).fail(known);
    return known.exitCode;
  }
}

function faultOf(error: unknown): CliError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CliError(exitCodes.fault, `This is a fault of this program. ${text}`);
}

// `tenor … | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.fault);
});

process.exitCode = await main(process.argv.slice(2));
