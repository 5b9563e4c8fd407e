import { emitGrowth } from '../figure.ts';
import type { Emit, Figure } from '../figure.ts';
import { KvstoreNetwork, kvstoreTxs } from './kvstoreNetwork.ts';
import { runLoad } from './load.ts';
import type { Lane, LoadOptions, LoadResult } from './load.ts';
import { LANES } from './signedLanes.ts';
import type { Amount } from './signedLanes.ts';
import type { Part, TenorNetwork } from './tenorNetwork.ts';

/** The three sizes: so many accounts send. */
const SIZES = [50, 200, 800];
export const MAIN_SIZE = 200;
export const SENDERS = Math.max(...SIZES);
/** Transactions are signed beforehand, for so much more than the rate before them. */
export const SPARE = 2;
const [WARM_UP_SECONDS, MAIN_SECONDS, SECONDS] = [4, 8, 4];
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

/** What one load gave, and the CPU that a transaction of it took in all nodes, and of the load. */
export interface Measured extends LoadResult {
  readonly cpu: Readonly<Record<string, number>>;
}

export async function measure(
  network: TenorNetwork,
  lanes: readonly Lane[],
  more: Partial<LoadOptions>,
): Promise<Measured> {
  const before = network.cpuSeconds();
  const result = await runLoad({ lanes, ownTxsPerBlock: 1, ...more });
  const after = network.cpuSeconds();
  const each = (used: number) => Math.round((used / result.work.accepted) * 1e6);
  const load = each(result.cpuSeconds);
  if (before === undefined || after === undefined) return { ...result, cpu: { load } };
  const parts = Object.keys(after) as Part[];
  const cpu = parts.map((part) => [part, each(after[part] - before[part])] as const);
  return { ...result, cpu: { ...Object.fromEntries(cpu), load } };
}

function emitParts(emit: Emit, figure: string, { cpu, drift }: Measured): void {
  emit({ name: `${figure}: second half to first`, value: drift, unit: 'x' });
  for (const [part, value] of Object.entries(cpu)) {
    const where = part === 'load' ? 'the load itself' : `${part}, all nodes`;
    emit({ name: `${figure}: CPU of ${where}`, value, unit: 'us/tx' });
  }
}

export interface Rate {
  readonly figure: string;
  readonly network: TenorNetwork;
  readonly load: (amount: Amount) => Promise<Lane[]>;
  /** What the warm-up is prepared for, a second. More than the network takes. */
  readonly atMostPerSecond: number;
  readonly peerValue: number;
}

interface WarmUp extends Pick<Rate, 'load' | 'atMostPerSecond'> {
  readonly senders: number;
  /** 1 unless told: the injected votes. */
  readonly ownTxsPerBlock?: number;
}

/**
 * The rate of the first seconds: the first ones cost twice what the next do, and what they gave
 * says how many to prepare. @throws Error when there is none
 */
export async function warmUp(options: WarmUp): Promise<number> {
  const { load, senders, atMostPerSecond, ownTxsPerBlock = 1 } = options;
  const each = Math.ceil((WARM_UP_SECONDS * atMostPerSecond) / senders);
  const lanes = await load({ traders: senders, each });
  return known(await runLoad({ lanes, ownTxsPerBlock, seconds: WARM_UP_SECONDS }));
}

function known({ perSecond, work }: LoadResult): number {
  if (Number.isFinite(perSecond)) return perSecond;
  const got = JSON.stringify(work);
  throw new Error(`a load had too few blocks, so what follows cannot be prepared: ${got}`);
}

/**
 * A rate at three sizes, beside the peer's. The middle one is measured longest, and returned.
 */
export async function rates(emit: Emit, rate: Rate): Promise<Measured> {
  const { figure, network, load, peerValue } = rate;
  let perSecond = await warmUp({ ...rate, senders: SENDERS });
  let main: Measured | undefined;
  const figures: Figure[] = [];
  for (const traders of SIZES) {
    const seconds = traders === MAIN_SIZE ? MAIN_SECONDS : SECONDS;
    const lanes = await load({ traders, each: Math.ceil((seconds * perSecond * SPARE) / traders) });
    const result = await measure(network, lanes, { seconds });
    perSecond = known(result);
    if (traders === MAIN_SIZE) main = result;
    const value = Math.round(perSecond);
    const beside = { peer: PEER, peerValue, ratio: value / peerValue };
    const { work } = result;
    figures.push({ name: `${figure}, ${traders} accounts`, value, unit: 'tx/s', ...beside, work });
  }
  emitGrowth(emit, figure, figures);
  emitParts(emit, figure, main!);
  return main!;
}
