import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { runProgram } from './runProgram.ts';
import { Group, type Open, type Verb } from './verb.ts';

const check: Verb<{ readonly home?: string }> = {
  usage: 'check',
  description:
    "ask every source of a feeder once: its answer's age and verdict, and what is missing",
  examples: ['feeder check', 'feeder check --home ~/.tenor', 'feeder check --json'],
  options: (command) =>
    command.option('--home <dir>', 'the home with config/feeder.toml (first local validator)'),
  async run({ settings }, _args, { home }) {
    const found = home ?? settings.testnet?.nodes[0]?.home;
    if (found === undefined) {
      throw usageError('There is no local network here.', 'Name a home: --home DIR');
    }
    const json = settings.json ? ['--json'] : [];
    await runProgram('dist/feeder.mjs', ['--home', found, '--check', ...json]);
  },
};

export const feederGroup = (command: Command, open: Open): Group =>
  new Group(command, open, 'feeder', "a validator's price feeder").verb(check);
