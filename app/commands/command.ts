import type { ParseArgsConfig } from 'node:util';
import type { Config } from '../config.ts';
import type { AntePorts } from '../runtime/ante.ts';
import type { Registry } from '../runtime/registry.ts';

/** What one build of the chain consists of: its modules, and what the runtime needs of them. */
export interface Program {
  createRegistry(): Registry;
  readonly ports: AntePorts;
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** One thing the program does with a validator's home. */
export interface Command {
  /** A line for the list of commands. */
  readonly summary: string;
  /** What `--help` says beyond it: its own options and an example. */
  readonly help: string;
  /** Its own options, beside `--home` and `--help`. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Resolves when it has begun, for a server, or is done. @throws what `endOn` ends with */
  run(program: Program, config: Config, flags: Flags): Promise<void>;
}

/** Wrong arguments; the message says which, and what is right. */
export class UsageError extends Error {}

/** A height among the flags; undefined when it is not given. @throws UsageError */
export function heightFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is a height: 1 or more`);
}
