import { emitGrowth } from './figure.ts';
import type { Emit, Figure } from './figure.ts';
import { KvstoreNetwork, kvstoreTxs } from './network/kvstoreNetwork.ts';
import { runLoad } from './network/load.ts';
import type { Lane, LoadOptions, LoadResult } from './network/load.ts';
import { LANES, TenorNetwork } from './network/tenorNetwork.ts';

export const name = 'network';

/** P1, P2, P2b and P3; P4 is measured on blocks closer together. */
const BLOCK_TIME_MS = 300;
const P4_BLOCK_TIME_MS = 200;
/** The three sizes: so many accounts trade. */
const SIZES = [50, 200, 800];
const MAIN_SIZE = 200;
const TRADERS = Math.max(...SIZES);
/** The first ones cost twice what the next do. */
const WARM_UP = 2_000;
/** Transactions are signed beforehand, for so much more than the rate before them. */
const SPARE = 2;
const [MAIN_SECONDS, SECONDS] = [8, 4];
/** The bytes of a signed order. */
const TX_BYTES = 300;
const PEER = 'cometbft kvstore, same network, load and machine';

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;

/** The engine with its own store under the same load: what P1 and P2 are held against. */
async function kvstoreRate(emit: Emit, validators: number): Promise<number> {
  const seconds = SECONDS;
  const network = await KvstoreNetwork.start(validators, BLOCK_TIME_MS);
  try {
    const txs = kvstoreTxs(seconds * 6_000, TX_BYTES);
    const lanes = Array.from({ length: LANES }, (_, lane) => ({
      rpc: network.rpcs[lane % validators]!,
      txs: txs.filter((_, i) => i % LANES === lane),
    }));
    const { perSecond, work } = await runLoad({ lanes, ownTxsPerBlock: 0, seconds });
    const value = Math.round(perSecond);
    emit({ name: `network.kvstore, ${validators} validators`, value, unit: 'tx/s', work });
    return perSecond;
  } finally {
    await network.stop();
  }
}

/** What one load gave, and the CPU that a transaction of it took in all nodes together. */
interface Measured extends LoadResult {
  readonly cpu: Readonly<Record<string, number>>;
}

async function measure(
  network: TenorNetwork,
  lanes: readonly Lane[],
  more: Partial<LoadOptions>,
): Promise<Measured> {
  const before = network.cpuSeconds();
  const result = await runLoad({ lanes, ownTxsPerBlock: 1, ...more });
  const after = network.cpuSeconds();
  if (before === undefined || after === undefined) return { ...result, cpu: {} };
  const each = (used: number) => Math.round((used / result.work.accepted) * 1e6);
  const cpu = { app: each(after.app - before.app), engine: each(after.engine - before.engine) };
  return { ...result, cpu };
}

function emitParts(emit: Emit, figure: string, { cpu, drift }: Measured): void {
  emit({ name: `${figure}: second half to first`, value: drift, unit: 'x' });
  for (const [part, value] of Object.entries(cpu)) {
    emit({ name: `${figure}: CPU of ${part}, all nodes`, value, unit: 'us/tx' });
  }
}

type Load = (amount: { traders: number; each: number }) => Promise<Lane[]>;

/** A rate at three sizes, beside the peer's. The middle one is measured longest, and returned. */
async function rates(
  emit: Emit,
  figure: string,
  network: TenorNetwork,
  load: Load,
  peerValue: number,
): Promise<Measured> {
  const warmUp = { traders: TRADERS, each: Math.ceil(WARM_UP / TRADERS) };
  let { perSecond } = await runLoad({ lanes: await load(warmUp), ownTxsPerBlock: 1 });
  let main: Measured | undefined;
  const figures: Figure[] = [];
  for (const traders of SIZES) {
    const seconds = traders === MAIN_SIZE ? MAIN_SECONDS : SECONDS;
    const each = Math.ceil((seconds * perSecond * SPARE) / traders);
    const result = await measure(network, await load({ traders, each }), { seconds });
    perSecond = result.perSecond;
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

/** P1: signed bank sends on one validator. */
async function oneValidator(emit: Emit): Promise<void> {
  const peer = await kvstoreRate(emit, 1);
  const network = await TenorNetwork.start(1, BLOCK_TIME_MS, TRADERS);
  try {
    await rates(emit, 'network.P1.sends', network, (amount) => network.sends(amount), peer);
  } finally {
    await network.stop();
  }
}

/** P2, P2b and P3: orders on four validators. Returns the rate of single ones. */
async function fourValidators(emit: Emit): Promise<number> {
  const peer = await kvstoreRate(emit, 4);
  const network = await TenorNetwork.start(4, BLOCK_TIME_MS, TRADERS);
  try {
    await network.prepareTrading();
    const single: Load = (amount) => network.orders(amount, 1);
    const { perSecond, intervalsMs } = await rates(
      emit,
      'network.P2.orders',
      network,
      single,
      peer,
    );
    for (const [label, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
      const value = at(intervalsMs, share) / 1_000;
      emit({ name: `network.P2b.blockInterval.${label}`, value, unit: 's' });
    }
    await batches(emit, network, perSecond);
    return perSecond;
  } finally {
    await network.stop();
  }
}

/** P3: orders many to a transaction, accepted as a whole or refused as a whole. */
async function batches(emit: Emit, network: TenorNetwork, orders: number): Promise<void> {
  const seconds = 6;
  let actionsPerSecond = orders;
  const figures: Figure[] = [];
  for (const perTx of [10, 20, 50]) {
    const each = Math.ceil((seconds * actionsPerSecond * SPARE) / perTx / MAIN_SIZE);
    const lanes = await network.orders({ traders: MAIN_SIZE, each }, perTx);
    const { perSecond, work, cpu } = await measure(network, lanes, {
      ...{ seconds, actions: perTx },
    });
    actionsPerSecond = perSecond * perTx;
    const value = Math.round(actionsPerSecond);
    figures.push({ name: `network.P3.batches of ${perTx}`, value, unit: 'actions/s', work });
    if (cpu['app'] === undefined) continue;
    const perAction = cpu['app'] / perTx / network.rpcs.length;
    emit({
      name: `network.P3.batches of ${perTx}: CPU of app, a node`,
      value: perAction,
      unit: 'us',
    });
  }
  emitGrowth(emit, 'network.P3.batches', figures);
}

/** P4: submit to executed at a quarter, half and three quarters of P2. */
async function latency(emit: Emit, perSecond: number): Promise<void> {
  const network = await TenorNetwork.start(4, P4_BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    await runLoad({
      lanes: await network.orders({ traders: MAIN_SIZE, each: WARM_UP / MAIN_SIZE }, 1),
      ownTxsPerBlock: 1,
    });
    const seconds = 6;
    const figures: Figure[] = [];
    for (const share of [0.25, 0.5, 0.75]) {
      const ratePerSecond = perSecond * share;
      const each = Math.ceil((ratePerSecond * seconds) / MAIN_SIZE);
      const lanes = await network.orders({ traders: MAIN_SIZE, each }, 1);
      const { latenciesMs, work } = await runLoad({ lanes, ownTxsPerBlock: 1, ratePerSecond });
      const name = `network.P4.submitToExecuted at ${share} of P2`;
      figures.push({ name: `${name}, p50`, value: at(latenciesMs, 0.5) / 1_000, unit: 's', work });
      const p99 = at(latenciesMs, 0.99) / 1_000;
      emit({ name: `${name}, p99`, value: p99, unit: 's', work });
    }
    emitGrowth(emit, 'network.P4.submitToExecuted, p50', figures);
  } finally {
    await network.stop();
  }
}

export async function run(emit: Emit): Promise<void> {
  await oneValidator(emit);
  const perSecond = await fourValidators(emit);
  await latency(emit, perSecond);
}
