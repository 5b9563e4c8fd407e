import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printableLines } from '../lib/printable.ts';
import { readConfig } from '../config.ts';
import { UsageError } from './command.ts';
import type { Command, Flags, Program } from './command.ts';
import { exitCodeOf } from './endOn.ts';
import { EXIT } from './exitCodes.ts';
import { exportGenesis } from './export.ts';
import { read } from './read.ts';
import { rollback } from './rollback.ts';
import { start } from './start.ts';

export type { Program } from './command.ts';

const commands: Readonly<Record<string, Command>> = {
  start,
  read,
  export: exportGenesis,
  rollback,
};
const COMMON = { home: { type: 'string' }, help: { type: 'boolean' } } as const;

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => {
    return `  ${name.padEnd(10)}${summary}`;
  });
  return `The application of one Tenor validator, behind CometBFT.

  node dist/app.mjs [COMMAND] --home HOME

${lines.join('\n')}

COMMAND --help says more of each.`;
}

const helpOf = (name: string, { summary, help }: Command): string =>
  `node dist/app.mjs ${name} --home HOME\n\n${summary}\n\n${help}`;

function parse(command: Command, args: readonly string[]): Flags {
  try {
    const options = { ...command.options, ...COMMON };
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function dispatch(program: Program, argv: readonly string[]): Promise<void> {
  const named = argv[0] !== undefined && !argv[0].startsWith('-');
  const name = named ? argv[0]! : 'start';
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`there is no command ${name}: ${Object.keys(commands).join(', ')}`);
  }
  const flags = parse(command, named ? argv.slice(1) : argv);
  if (flags['help'] === true) {
    console.log(printableLines(named ? helpOf(name, command) : overview()));
    return;
  }
  const { home } = flags;
  if (typeof home !== 'string') throw new UsageError(`--home is missing\n\n${overview()}`);
  await command.run(program, settings(home), flags);
}

function settings(home: string) {
  try {
    return readConfig(resolve(home));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * The whole program of a node: reads the command line and does what it says. A build with other
 * modules or migrations calls it with its own `program`.
 */
export async function runProgram(
  program: Program,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    await dispatch(program, argv);
  } catch (error) {
    console.error(printableLines(error instanceof Error ? error.message : String(error)));
    process.exit(error instanceof UsageError ? EXIT.usage : exitCodeOf(error));
  }
}
