import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { Output, type Text } from '../cli/output/output.ts';
import { DEFAULT_ENGINE, ENGINES, type Engine } from '../scripts/setup/cometbft.mjs';
import { readGenesisAccounts } from './accounts.ts';
import { askLauncher } from './control.ts';
import { DETACHED, releaseCaller, startDetached, tellCaller } from './detach.ts';
import { launch, type TestnetOptions } from './launch.ts';
import { Testnet } from './network.ts';
import { MAX_VALIDATORS } from './ports.ts';
import { stopTestnet } from './stop.ts';
import { summary } from './summary.ts';
import { TestnetError } from './testnetError.ts';
import { readRecord, type Preset } from './testnetJson.ts';

interface Flags {
  validators?: number;
  dir: string;
  detach?: true;
  reset?: true;
  portOffset: number;
  blockTime: number;
  preset?: Preset;
  engine?: Engine;
  archive?: true;
  withMetrics?: true;
  bidder: boolean;
  history: boolean;
  genesisAccounts?: string;
  withMakers?: true;
  stop?: true;
  addNode?: true;
}

function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };
}

const examples = `
Examples:
  npm run testnet                                    four validators, until Ctrl-C
  npm run testnet -- --detach                        in the background
  npm run testnet -- --with-makers                   with two market makers, so that books are full
  npm run testnet -- --stop                          end the one in the background
  npm run testnet -- --add-node                      one more node, which joins by state sync
  npm run testnet -- --preset fast-expiry --reset    a new chain, series expire within minutes
  npm run testnet -- --dir .testnet2 --port-offset 100   a second network beside the first

A network resumes where it stopped; --reset begins a new chain.
`;

const program = new Command('testnet')
  .description('A network of real validators on this machine, with a simulated market.')
  .addOption(
    new Option('--validators <n>', 'how many (4 for a new chain)').argParser(
      wholeNumber(1, MAX_VALIDATORS),
    ),
  )
  .option('--dir <dir>', 'the folder of the network', '.testnet')
  .option('--detach', 'return when it is ready, and leave it running')
  .option('--reset', 'begin a new chain')
  .option('--port-offset <p>', 'added to every port', wholeNumber(0, 38_000), 0)
  .option('--block-time <ms>', 'about the time between blocks', wholeNumber(100, 60_000), 1_000)
  .addOption(new Option('--preset <name>').choices(['default', 'fast-expiry']))
  .addOption(
    new Option(
      '--engine <line>',
      `which CometBFT (${DEFAULT_ENGINE}, or what $COMETBFT names)`,
    ).choices(Object.keys(ENGINES)),
  )
  .option('--genesis-accounts <file>', 'JSON list of { address, coins: [{ denom, amount }] }')
  .option('--no-bidder', 'without the reference bidder for accounts under liquidation')
  .option('--no-history', 'without the indexer that keeps its history')
  .option('--with-metrics', 'engine and feeder show metrics, too; says how to look at them')
  .option('--archive', 'keep every block, not the last 20,000')
  .option('--with-makers', 'two market makers quote on it')
  .option('--stop', 'end the network in the folder')
  .option('--add-node', 'add a node without a vote to the network running in the folder')
  .addHelpText('after', examples);

const started = performance.now();
const out = new Output(false, process.env, process.stdout, process.stderr);
const say = (text: Text): void => out.show(null, () => text);
const tell = (dir: string): void => say(summary(dir, readRecord(dir)!, out.color));

function progress(text: string): void {
  const seconds = `${((performance.now() - started) / 1_000).toFixed(1)} s`.padStart(8);
  say(`${out.color.dim(seconds)}  ${text}`);
  tellCaller({ kind: 'progress', text });
}

function testnetOptions(dir: string, flags: Flags): TestnetOptions {
  const { validators, preset, engine, genesisAccounts } = flags;
  return {
    dir,
    reset: flags.reset === true,
    archive: flags.archive === true,
    metrics: flags.withMetrics === true,
    makers: flags.withMakers === true,
    bidder: flags.bidder,
    history: flags.history,
    portOffset: flags.portOffset,
    blockTimeMs: flags.blockTime,
    onProgress: progress,
    ...(validators === undefined ? {} : { validators }),
    ...(preset === undefined ? {} : { preset }),
    ...(engine === undefined ? {} : { engine }),
    ...(genesisAccounts === undefined
      ? {}
      : { genesisAccounts: readGenesisAccounts(genesisAccounts) }),
  };
}

/** Ctrl-C ends the network in order; a second one ends it at once. */
function stopOnSignals(testnet: Testnet): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      const again = asked && signal === 'SIGINT';
      if (!asked || again) progress(again ? 'Killing…' : 'Stopping… (Ctrl-C again to kill)');
      const ending = again ? testnet.killAll() : testnet.stop();
      asked = true;
      ending.then(resolve, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

async function runNetwork(options: TestnetOptions): Promise<void> {
  const testnet = new Testnet(await launch(options));
  const stopped = stopOnSignals(testnet);
  progress(`Starting ${testnet.nodes.length} validators…`);
  testnet.start();
  try {
    await testnet.untilReady();
  } catch (error) {
    await testnet.stop();
    throw error;
  }
  tell(testnet.dir);
  if (process.env[DETACHED] === undefined) say('Ctrl-C stops the network.');
  tellCaller({ kind: 'ready' });
  releaseCaller();
  await stopped;
  progress('Stopped.');
}

async function detach(dir: string): Promise<void> {
  const argv = process.argv.slice(1).filter((argument) => argument !== '--detach');
  await startDetached(dir, argv, progress);
  tell(dir);
  const flag = dir === resolve('.testnet') ? '' : ` --dir ${dir}`;
  say(`It runs in the background; to stop it: npm run testnet -- --stop${flag}`);
}

async function stop(dir: string): Promise<void> {
  const any = await stopTestnet(dir);
  say(any ? `Stopped the network in ${dir}.` : `No network runs in ${dir}.`);
}

async function addNode(dir: string): Promise<void> {
  await askLauncher(dir, 'add-node', progress);
  const { name, rpc, rest } = readRecord(dir)!.nodes.at(-1)!;
  say(`${name} follows the chain. RPC ${rpc}, REST ${rest}. It stops with the network.`);
}

async function main(): Promise<void> {
  const flags = program.parse().opts<Flags>();
  const dir = resolve(flags.dir);
  if (flags.stop === true) await stop(dir);
  else if (flags.addNode === true) await addNode(dir);
  else if (flags.detach === true) await detach(dir);
  else await runNetwork(testnetOptions(dir, flags));
}

main().then(
  // Nothing of ours is left; a socket kept alive by fetch must not hold the process.
  () => process.exit(),
  (error: unknown) => {
    const known = error instanceof TestnetError;
    const reason = known ? error.message : String((error as Error).stack ?? error);
    const [first, ...rest] = reason.split('\n');
    out.note(['', `${out.color.red('Failed:')} ${first!}`, rest]);
    tellCaller({ kind: 'failed', reason });
    releaseCaller();
    process.exit(1);
  },
);
