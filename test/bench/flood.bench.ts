import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { govern } from '../e2e/govern.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE } from '../harness/trading.ts';
import type { Emit } from './figure.ts';
import { JunkFlood, junkTxs } from './network/junk.ts';
import { runLoad } from './network/load.ts';
import { usageOf } from './network/nodeUsage.ts';
import { executedHeight } from './network/rpc.ts';
import { MAIN_SIZE, SPARE, warmUp } from './network/saturation.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';
import { votesOf } from './network/votes.ts';

export const name = 'CheckTx flood';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 1_000;
const SECONDS = 10;
/** Of the rate at saturation. */
const TIMES = 10;
const JUNK_POOL = 6_000;
/** A flood of valid ones fills mempools; it takes this long to work off. */
const VALID_WAITING_SECONDS = 8;
/**
 * The room of a block when saturation is to be so low that two cores can send ten times as much: a
 * twelfth of the default.
 */
const SMALL_BLOCK_GAS = 1_333_334n;
const MIB = 2 ** 20;

interface Kept {
  readonly perSecond: number;
  readonly lost: number;
  readonly intervalMs: number;
}

/** Orders as fast as they are taken, and how the validators voted meanwhile. */
async function orders(network: TenorNetwork, rate: number, window?: number): Promise<Kept> {
  const waiting = window ?? 0;
  const each = Math.ceil((rate * SPARE * SECONDS + waiting) / MAIN_SIZE);
  const lanes = await network.orders({ traders: MAIN_SIZE, each }, 1);
  const rpc = network.rpcs[0]!;
  const from = await executedHeight(rpc);
  const load = { lanes, ownTxsPerBlock: 1, seconds: SECONDS };
  const { perSecond } = await runLoad(window === undefined ? load : { ...load, window });
  const votes = await votesOf(rpc, from + 1, (await executedHeight(rpc)) - 1);
  return { perSecond, ...votes };
}

function junk(network: TenorNetwork): Uint8Array[] {
  const user = new UserKey('load 0');
  const amount = [{ denom: 'utenor', amount: '1' }];
  const send = anyOf(MsgSend, { fromAddress: user.address, toAddress: user.address, amount });
  const options = { chainId: network.testnet.chainId, accountNumber: 0n, sequence: 1n, ...FEE };
  return junkTxs(user, [send], options, JUNK_POOL);
}

/** The most that a node takes more than before, of each kind. */
function growth(network: TenorNetwork, before: ReturnType<typeof usageOf>[]) {
  const after = network.testnet.nodes.map(usageOf);
  const most = (of: keyof ReturnType<typeof usageOf>) =>
    Math.max(...after.map((usage, i) => usage[of] - before[i]![of]));
  return { app: most('appBytes'), engine: most('engineBytes'), logs: most('logBytes') };
}

function emitKept(emit: Emit, figure: string, quiet: Kept, flooded: Kept): void {
  const value = flooded.perSecond / quiet.perSecond;
  emit({ name: `${figure}: throughput kept`, value, unit: 'x' });
  emit({ name: `${figure}: votes lost`, value: flooded.lost, unit: 'of all' });
  const slower = flooded.intervalMs / quiet.intervalMs;
  emit({ name: `${figure}: block interval`, value: slower, unit: 'x' });
}

function emitGrown(emit: Emit, figure: string, grown: ReturnType<typeof growth>): void {
  emit({ name: `${figure}: memory of an application`, value: grown.app / MIB, unit: 'MiB more' });
  emit({ name: `${figure}: memory of an engine`, value: grown.engine / MIB, unit: 'MiB more' });
  emit({ name: `${figure}: logs of a node`, value: grown.logs / 1_024, unit: 'KiB more' });
}

/** Blocks have room for less from now on, by governance. */
async function shrinkBlocks({ testnet }: TenorNetwork): Promise<void> {
  const change = { maxBlockGas: SMALL_BLOCK_GAS, maxTxGas: (SMALL_BLOCK_GAS * 3n) / 4n };
  const { code, log } = await govern(testnet, 'runtime', Params, change);
  if (code !== 0) throw new Error(`the parameters were refused: ${log}`);
}

/** Orders beside what CheckTx refuses, of which up to `TIMES` as many are sent. */
async function besideJunk(
  emit: Emit,
  network: TenorNetwork,
  figure: string,
  quiet: Kept,
  window?: number,
): Promise<void> {
  const before = network.testnet.nodes.map(usageOf);
  const flood = new JunkFlood(network.rpcs, junk(network), quiet.perSecond * TIMES);
  const flooded = await orders(network, quiet.perSecond, window);
  const refused = flood.perSecond;
  await flood.stop();
  const value = refused / quiet.perSecond;
  emit({ name: `${figure}: refused, of the rate at saturation`, value, unit: 'x' });
  emitKept(emit, figure, quiet, flooded);
  emitGrown(emit, figure, growth(network, before));
}

function emitQuiet(emit: Emit, figure: string, quiet: Kept): void {
  emit({ name: `${figure} without one`, value: Math.round(quiet.perSecond), unit: 'tx/s' });
  emit({ name: `${figure}: votes lost without one`, value: quiet.lost, unit: 'of all' });
}

async function measure(emit: Emit, network: TenorNetwork): Promise<void> {
  const load = (amount: { traders: number; each: number }) => network.orders(amount, 1);
  const first = await warmUp({ load, senders: MAIN_SIZE, atMostPerSecond: AT_MOST_PER_SECOND });
  const quiet = await orders(network, first);
  emitQuiet(emit, 'flood.orders', quiet);
  await besideJunk(emit, network, 'flood.invalid', quiet);

  const before = network.testnet.nodes.map(usageOf);
  const window = Math.round(quiet.perSecond * VALID_WAITING_SECONDS);
  const valid = await orders(network, quiet.perSecond, window);
  emitKept(emit, 'flood.valid', quiet, valid);
  emitGrown(emit, 'flood.valid', growth(network, before));

  await shrinkBlocks(network);
  const few = Math.round(quiet.perSecond);
  const small = await orders(network, quiet.perSecond, few);
  emitQuiet(emit, 'flood.small blocks', small);
  await besideJunk(emit, network, 'flood.small blocks', small, few);
}

/** Orders of four validators while CheckTx is asked for up to ten times what they take. */
export async function run(emit: Emit): Promise<void> {
  const network = await TenorNetwork.start(VALIDATORS, BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    await measure(emit, network);
  } finally {
    await network.stop();
  }
}
