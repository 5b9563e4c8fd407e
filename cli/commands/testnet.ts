import type { Command } from 'commander';
import { Node } from '../chain/node.ts';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { nodeStatus } from './node.ts';
import { feedCounts, feedTable, type FeedCounts } from './oracle/feedCounts.ts';
import { runProgram } from './runProgram.ts';
import { Group, type Open, type Verb } from './verb.ts';

interface DirFlags {
  readonly dir?: string;
}

/** The folder named, or that of the network around here. */
const dirArgs = ({ settings }: Session, { dir }: DirFlags): string[] => {
  const folder = dir ?? settings.testnet?.dir;
  return folder === undefined ? [] : ['--dir', folder];
};

const start: Verb<DirFlags & Readonly<Record<string, string | boolean | undefined>>> = {
  usage: 'start',
  description: 'start a local network in the background, and set up what it needs',
  examples: [
    'testnet start',
    'testnet start --reset --preset fast-expiry',
    'testnet start --validators 1',
  ],
  options: (command) =>
    command
      .option('--dir <dir>', 'its folder')
      .option('--validators <n>', 'how many')
      .option('--reset', 'begin a new chain')
      .option('--port-offset <p>', 'added to every port')
      .option('--block-time <ms>', 'about the time between blocks')
      .option('--preset <name>', 'default or fast-expiry')
      .option('--genesis-accounts <file>', 'JSON list of { address, coins }'),
  async run(session, _args, { dir, ...flags }) {
    const given = (['validators', 'portOffset', 'blockTime', 'preset', 'genesisAccounts'] as const)
      .filter((name) => flags[name] !== undefined)
      .flatMap((name) => [`--${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`, String(flags[name])]);
    const reset = flags['reset'] === true ? ['--reset'] : [];
    const folder = dirArgs(session, dir === undefined ? {} : { dir });
    await runProgram('scripts/setup.mjs', []);
    await runProgram('dist/testnet.mjs', ['--detach', ...folder, ...reset, ...given]);
  },
};

const stop: Verb<DirFlags> = {
  usage: 'stop',
  description: 'stop a local network',
  examples: ['testnet stop'],
  options: (command) => command.option('--dir <dir>', 'its folder'),
  run: (session, _args, flags) =>
    runProgram('dist/testnet.mjs', ['--stop', ...dirArgs(session, flags)]),
};

const status: Verb = {
  usage: 'status',
  description: 'the local network: its validators and accounts',
  examples: ['testnet status', 'testnet status --json'],
  async run(session) {
    const { out, settings } = session;
    const { testnet } = settings;
    if (testnet === null) {
      throw usageError('There is no local network here.', 'Start one: npm run testnet');
    }
    const states = await Promise.all(
      testnet.nodes.map(async ({ name, rpc, pids }) => {
        const found = await nodeStatus(await Node.create(rpc, '')).catch(() => null);
        return { name, rpc, pids, status: found };
      }),
    );
    const accounts = testnet.accounts.map(({ name, address }) => ({ name, address }));
    const { dir, chainId, ready } = testnet;
    const feeds = await feedsOf(states.find((state) => state.status !== null)?.rpc);
    out.show({ dir, chainId, ready, nodes: states, feeds, accounts }, () => {
      const rows = states.map(({ name, rpc, status: found }) => [
        name,
        rpc,
        found === null ? '–' : String(found.height),
        found === null ? out.color.red('down') : out.color.green('up'),
      ]);
      const right = { title: 'HEIGHT', align: 'right' as const };
      const nodes = out.table(
        [{ title: 'VALIDATOR' }, { title: 'RPC' }, right, { title: 'STATE' }],
        rows,
      );
      const names = out.table(
        [{ title: 'ACCOUNT' }, { title: 'ADDRESS' }],
        accounts.map(({ name, address }) => [name, address]),
      );
      const state = ready ? 'running' : 'not running: npm run testnet starts it';
      return [
        `Chain ${chainId} in ${dir}, ${state}`,
        '',
        nodes,
        '',
        feedTable(out, feeds),
        '',
        names,
      ];
    });
  },
};

/** How the prices stand at the first node that answers. */
async function feedsOf(rpc: string | undefined): Promise<FeedCounts[]> {
  if (rpc === undefined) return [];
  const node = await Node.create(rpc, '').catch(() => null);
  return node === null ? [] : feedCounts(node).catch(() => []);
}

export const testnetGroup = (command: Command, open: Open): Group =>
  new Group(command, open, 'testnet', 'a network of validators on this machine')
    .verb(status)
    .verb(start)
    .verb(stop);
