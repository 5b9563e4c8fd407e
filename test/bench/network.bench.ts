import { setTimeout as sleep } from 'node:timers/promises';
import { KvstoreNetwork, kvstoreTxs } from './network/kvstoreNetwork.ts';
import { latencies } from './network/latency.ts';
import { runLoad } from './network/load.ts';
import type { Lane, LoadResult } from './network/load.ts';
import { LANES, TenorNetwork } from './network/tenorNetwork.ts';
import type { Emit } from './figure.ts';

export const name = 'network';

const BLOCK_TIME_MS = 200;
const TRADERS = 200;
/** The bytes of a signed order. */
const TX_BYTES = 300;
const PEER = 'cometbft kvstore, same network, load and machine';
const LATENCY_SECONDS = 20;

const rate = ({ committed, seconds }: LoadResult) => Math.round(committed / seconds);

/** The engine with its own store under the same load: what P1 and P2 are held against. */
async function kvstoreRate(validators: number, count: number): Promise<number> {
  const network = await KvstoreNetwork.start(validators, BLOCK_TIME_MS);
  try {
    const txs = kvstoreTxs(count, TX_BYTES);
    const lanes = Array.from({ length: LANES }, (_, lane) => ({
      rpc: network.rpcs[lane % validators]!,
      txs: txs.filter((_, i) => i % LANES === lane),
    }));
    return rate(await runLoad({ lanes, ownTxsPerBlock: 0 }));
  } finally {
    await network.stop();
  }
}

function emitRate(emit: Emit, figure: string, result: LoadResult, peerValue: number): void {
  const value = rate(result);
  emit({ name: figure, value, unit: 'tx/s', peer: PEER, peerValue, ratio: value / peerValue });
  const unfit = { refused: result.refused, blocks: result.blocks };
  for (const [what, count] of Object.entries(unfit)) {
    emit({ name: `${figure}.${what}`, value: count, unit: what === 'blocks' ? 'blocks' : 'tx' });
  }
}

/** A load, and the CPU that a transaction of it costs in all applications and engines together. */
async function measured(
  emit: Emit,
  figure: string,
  network: TenorNetwork,
  lanes: readonly Lane[],
): Promise<LoadResult> {
  const before = network.cpuSeconds();
  const result = await runLoad({ lanes, ownTxsPerBlock: 1 });
  const after = network.cpuSeconds();
  if (before === undefined || after === undefined) return result;
  for (const part of ['app', 'engine'] as const) {
    const value = Math.round(((after[part] - before[part]) / result.committed) * 1e6);
    emit({ name: `${figure}.cpu.${part}`, value, unit: 'us/tx, all nodes' });
  }
  return result;
}

/** P1: signed bank sends on one validator. */
async function oneValidator(emit: Emit): Promise<void> {
  const peer = await kvstoreRate(1, 40_000);
  const network = await TenorNetwork.start(1, BLOCK_TIME_MS, TRADERS);
  try {
    const result = await measured(emit, 'network.P1.sends', network, network.sends(100));
    emitRate(emit, 'network.P1.sends', result, peer);
  } finally {
    await network.stop();
  }
}

/** P2, P3 and P4: orders on four validators. */
async function fourValidators(emit: Emit): Promise<void> {
  const peer = await kvstoreRate(4, 30_000);
  const network = await TenorNetwork.start(4, BLOCK_TIME_MS, TRADERS);
  try {
    await network.prepareTrading();
    const single = await measured(emit, 'network.P2.orders', network, network.orders(50, 1));
    emitRate(emit, 'network.P2.orders', single, peer);
    await sleep(2_000);
    const perTx = 50;
    const batches = await runLoad({ lanes: network.orders(2, perTx), ownTxsPerBlock: 1 });
    const actions = rate(batches) * perTx;
    emit({ name: 'network.P3.batchedOrders', value: actions, unit: 'actions/s' });
    await sleep(2_000);
    await latency(emit, network, rate(single) / 2);
  } finally {
    await network.stop();
  }
}

async function latency(emit: Emit, network: TenorNetwork, perSecond: number): Promise<void> {
  const perTrader = Math.ceil((perSecond * LATENCY_SECONDS) / TRADERS);
  const lanes = network.orders(perTrader, 1);
  const sorted = await latencies(lanes, perSecond);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]! / 1_000;
  emit({ name: 'network.P4.rate', value: Math.round(perSecond), unit: 'tx/s' });
  for (const [label, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    emit({ name: `network.P4.submitToCommit.${label}`, value: at(share), unit: 's' });
  }
}

export async function run(emit: Emit): Promise<void> {
  await oneValidator(emit);
  await fourValidators(emit);
}
