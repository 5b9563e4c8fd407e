import { setTimeout as sleep } from 'node:timers/promises';
import { emitGrowth } from '../figure.ts';
import type { Emit, Figure } from '../figure.ts';
import type { Counted, Halves } from './counter.ts';
import { OTHERS, machineCpuSeconds, ours, ownCpuSeconds, since } from './cpu.ts';
import type { Cpu } from './cpu.ts';
import { KvstoreNetwork, kvstoreTxs } from './kvstoreNetwork.ts';
import { runLoad } from './load.ts';
import type { Lane, LoadOptions } from './load.ts';
import { LANES } from './signedLanes.ts';
import { executedHeight } from './rpc.ts';
import type { Amount } from './signedLanes.ts';
import type { TenorNetwork } from './tenorNetwork.ts';

/** The three sizes: so many accounts send. */
const SIZES = [50, 200, 800];
export const MAIN_SIZE = 200;
export const SENDERS = Math.max(...SIZES);
/** Transactions are signed beforehand, for so much more than the rate before them. */
export const SPARE = 2;
const [WARM_UP_SECONDS, MAIN_SECONDS, SECONDS, IDLE_SECONDS] = [4, 8, 5, 4];
/** A window that costs more than this share of the one before it is warm. */
const WARM = 0.93;
/** Warm or not, it ends: the figures say how their halves agree. */
const WARM_UP_WINDOWS = 4;
/** The store takes more than an application does. */
const KVSTORE = { atMostPerSecond: 12_000, window: 8_000 };
/** The bytes of a signed order. */
const TX_BYTES = 300;
const PEER = 'cometbft kvstore, same network, load and machine';

/** The value below which a share of them lies. */
export const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;

/** The engine with its own store under the same load: what P1 and P2 are held against. */
export async function kvstoreRate(
  emit: Emit,
  validators: number,
  blockTimeMs: number,
): Promise<number> {
  const seconds = SECONDS;
  const network = await KvstoreNetwork.start(validators, blockTimeMs);
  try {
    const txs = kvstoreTxs(seconds * KVSTORE.atMostPerSecond, TX_BYTES);
    const lanes = Array.from({ length: LANES }, (_, lane) => ({
      rpc: network.rpcs[lane % validators]!,
      txs: txs.filter((_, i) => i % LANES === lane),
    }));
    const { perSecond, work } = await runLoad({
      ...{ lanes, ownTxsPerBlock: 0, seconds, window: KVSTORE.window },
    });
    const value = Math.round(perSecond);
    emit({ name: `network.kvstore, ${validators} validators`, value, unit: 'tx/s', work });
    return perSecond;
  } finally {
    await network.stop();
  }
}

/** Seconds of CPU so far of all that runs for a figure, and of everything else on the machine. */
function usageOf(network: TenorNetwork): Cpu | undefined {
  const parts = network.cpuSeconds();
  const machine = machineCpuSeconds();
  if (parts === undefined || machine === undefined) return undefined;
  const own = { ...parts, load: ownCpuSeconds() };
  return { ...own, [OTHERS]: machine - ours(own)! };
}

/** Runs a load and counts what it takes, too. */
export const measure = (
  network: TenorNetwork,
  lanes: readonly Lane[],
  more: Partial<LoadOptions>,
): Promise<Counted> =>
  runLoad({ lanes, ownTxsPerBlock: 1, usage: () => usageOf(network), ...more });

/** Of a figure: what it costs where that is known, which others on the machine change less. */
const halvesOf = ({ cpu, rate }: Halves): number => (Number.isFinite(cpu) ? cpu : rate);

/** What a part of a network is called in a figure. */
const PART_NAMES: Readonly<Record<string, string>> = {
  ...{ app: 'app, all nodes', read: 'read side, all nodes', engine: 'engine, all nodes' },
  ...{ feeder: 'feeder, all nodes', market: 'the market', load: 'the load itself' },
  [OTHERS]: 'what else runs here',
};

/** Who takes the machine: CPU of an accepted one, and the processors that are busy with it. */
function emitParts(emit: Emit, figure: string, { cpu, perSecond, halves }: Counted): void {
  emit({ name: `${figure}: second half to first`, value: halves.rate, unit: 'x' });
  if (Object.keys(cpu).length === 0) return;
  emit({ name: `${figure}: second half to first, CPU`, value: halves.cpu, unit: 'x' });
  for (const [part, seconds] of Object.entries(cpu)) {
    const cores = Math.round(seconds * perSecond * 1_000) / 1_000;
    const value = Math.round(seconds * 1e6);
    emit({ name: `${figure}: CPU of ${PART_NAMES[part]}`, value, unit: 'us/tx', cores });
  }
}

/** Without a load, a block costs this; it is paid at every block beside what is in it. */
export async function emitIdle(emit: Emit, figure: string, network: TenorNetwork): Promise<void> {
  const rpc = network.rpcs[0]!;
  const [from, before] = [await executedHeight(rpc), usageOf(network)];
  await sleep(IDLE_SECONDS * 1_000);
  const [to, after] = [await executedHeight(rpc), usageOf(network)];
  if (before === undefined || after === undefined) return;
  for (const [part, seconds] of Object.entries(since(before, after))) {
    const cores = Math.round((seconds / IDLE_SECONDS) * 1_000) / 1_000;
    const value = Math.round((seconds / (to - from)) * 1e5) / 100;
    emit({ name: `${figure}: CPU of ${PART_NAMES[part]}`, value, unit: 'ms/block', cores });
  }
}

export interface Rate {
  readonly figure: string;
  readonly network: TenorNetwork;
  readonly load: (amount: Amount) => Promise<Lane[]>;
  /** What the warm-up is prepared for, a second. More than the network takes. */
  readonly atMostPerSecond: number;
  /** As of a load: what waits when its time is up must still be worked off. */
  readonly window?: number;
  readonly peerValue: number;
}

const waiting = ({ window }: Pick<Rate, 'window'>) => (window === undefined ? {} : { window });

interface WarmUp extends Pick<Rate, 'load' | 'atMostPerSecond' | 'window'> {
  readonly senders: number;
  /** 1 unless told: the injected votes. */
  readonly ownTxsPerBlock?: number;
  readonly usage?: () => Cpu | undefined;
}

/**
 * Loads until a window costs what the one before it did: the first ones cost twice what later ones
 * do. What the last one gave says how many to prepare. @throws Error when there is none
 */
export async function warmUp(options: WarmUp): Promise<number> {
  const { load, senders, ownTxsPerBlock = 1, usage } = options;
  const common = {
    ...{ ownTxsPerBlock, seconds: WARM_UP_SECONDS, ...waiting(options) },
    ...(usage && { usage }),
  };
  let { atMostPerSecond } = options;
  let before: number | undefined;
  for (let window = 1; ; window++) {
    const each = Math.ceil((WARM_UP_SECONDS * atMostPerSecond) / senders);
    const lanes = await load({ traders: senders, each });
    const counted = await runLoad({ lanes, ...common });
    const rate = known(counted);
    // Where nobody tells what it costs, its rate says it.
    const cost = ours(counted.cpu) ?? 1 / rate;
    const isWarm = before !== undefined && cost > before * WARM;
    if (window === WARM_UP_WINDOWS || (window > 1 && isWarm)) return rate;
    before = cost;
    atMostPerSecond = Math.min(atMostPerSecond, rate * SPARE);
  }
}

function known({ perSecond, work }: Counted): number {
  if (Number.isFinite(perSecond)) return perSecond;
  const got = JSON.stringify(work);
  throw new Error(`a load had too few blocks, so what follows cannot be prepared: ${got}`);
}

/**
 * A rate at three sizes, beside the peer's. The middle one is measured longest, and returned.
 */
export async function rates(emit: Emit, rate: Rate): Promise<Counted> {
  const { figure, network, load, peerValue } = rate;
  const usage = () => usageOf(network);
  let perSecond = await warmUp({ ...rate, senders: SENDERS, usage });
  let main: Counted | undefined;
  const figures: Figure[] = [];
  for (const traders of SIZES) {
    const seconds = traders === MAIN_SIZE ? MAIN_SECONDS : SECONDS;
    const lanes = await load({ traders, each: Math.ceil((seconds * perSecond * SPARE) / traders) });
    const result = await measure(network, lanes, { seconds, ...waiting(rate) });
    perSecond = known(result);
    if (traders === MAIN_SIZE) main = result;
    const value = Math.round(perSecond);
    const beside = { peer: PEER, peerValue, ratio: value / peerValue };
    const { work, halves } = result;
    const name = `${figure}, ${traders} accounts`;
    figures.push({ name, value, unit: 'tx/s', ...beside, work, halves: halvesOf(halves) });
  }
  emitGrowth(emit, figure, figures);
  emitParts(emit, figure, main!);
  return main!;
}
