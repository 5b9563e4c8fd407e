import { InvalidArgumentError, type Command } from 'commander';
import type { GlobalFlags } from '../config/settings.ts';
import type { Session } from '../session.ts';

/** How a command gets its session: made from the flags when it runs. */
export type Open = (flags: GlobalFlags) => Session;

/** One command, `tenor <group> <verb>`. `Flags` are its own options. */
export interface Verb<Flags = object> {
  /** The verb and its arguments as commander reads them: `show [address]`. */
  readonly usage: string;
  readonly description: string;
  /** As one types them, without `tenor`. */
  readonly examples: readonly string[];
  readonly options?: (command: Command) => Command;
  /** What the group does when no verb is named. */
  readonly isDefault?: boolean;
  readonly run: (
    session: Session,
    args: readonly (string | undefined)[],
    flags: Flags,
  ) => Promise<void>;
}

/** Registers commands; `Flags` is what `options` of each declares. */
export class Group {
  readonly #command: Command;
  readonly #open: Open;

  constructor(root: Command, open: Open, name: string, description: string) {
    this.#command = root.command(name).description(description);
    this.#open = open;
  }

  verb<Flags = object>(verb: Verb<Flags>): this {
    const { usage, description, examples, options, run, isDefault = false } = verb;
    const command = this.#command.command(usage, { isDefault }).description(description);
    options?.(command);
    const lines = examples.map((example) => `  tenor ${example}`);
    command.addHelpText('after', `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.join('\n')}`);
    command.action(async () => {
      const session = this.#open(command.optsWithGlobals());
      await run(session, command.processedArgs as (string | undefined)[], command.opts() as Flags);
    });
    return this;
  }
}

/** Reads a whole number within bounds, for commander. */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };
}

const MAX_WAIT_SECONDS = 3_600;
const DEFAULT_WAIT_SECONDS = 30;

/** Options of commands that send a transaction. */
export const txOptions = (command: Command): Command =>
  command
    .option('--no-wait', 'return once the mempool has it')
    .option(
      '--timeout <seconds>',
      'how long to wait for its block',
      wholeNumber(1, MAX_WAIT_SECONDS),
      DEFAULT_WAIT_SECONDS,
    );
