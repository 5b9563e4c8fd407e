import { emitGrowth } from './figure.ts';
import type { Emit, Figure } from './figure.ts';
import { runLoad } from './network/load.ts';
import { MAIN_SIZE, SENDERS, SPARE } from './network/saturation.ts';
import { emitIdle, kvstoreRate, measure, quantile, rates } from './network/saturation.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';

export const name = 'network';

/** P2, P2b and P3; P4 is measured on blocks closer together. */
const BLOCK_TIME_MS = 300;
const P4_BLOCK_TIME_MS = 200;
const AT_MOST_PER_SECOND = 1_000;
/** P4 begins warm, too, on a network of its own. */
const WARM_UP = { orders: 4_000, seconds: 8 };
const [BATCHES_WARM_UP_SECONDS, BATCHES_SECONDS] = [4, 5];
/** Orders that wait for a block: four blocks of them. */
const WINDOW = 1_200;

/** P2, P2b and P3: orders on four validators. Returns the rate of single ones. */
async function fourValidators(emit: Emit): Promise<number> {
  const peerValue = await kvstoreRate(emit, 4, BLOCK_TIME_MS);
  const network = await TenorNetwork.start(4, BLOCK_TIME_MS, SENDERS);
  try {
    await network.prepareTrading();
    await emitIdle(emit, 'network.idle', network);
    const { perSecond, intervalsMs } = await rates(emit, {
      figure: 'network.P2.orders',
      network,
      load: (amount) => network.orders(amount, 1),
      ...{ atMostPerSecond: AT_MOST_PER_SECOND, window: WINDOW },
      peerValue,
    });
    for (const [label, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
      const value = quantile(intervalsMs, share) / 1_000;
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
  let actionsPerSecond = orders;
  const run = async (perTx: number, seconds: number) => {
    const each = Math.ceil((seconds * actionsPerSecond * SPARE) / perTx / MAIN_SIZE);
    const lanes = await network.orders({ traders: MAIN_SIZE, each }, perTx);
    const counted = await measure(network, lanes, { seconds, actions: perTx, window: WINDOW });
    // Too few blocks to tell, and the figure says so: what comes is prepared for the rate before.
    if (Number.isFinite(counted.perSecond)) actionsPerSecond = counted.perSecond * perTx;
    return counted;
  };
  await run(20, BATCHES_WARM_UP_SECONDS);
  const figures: Figure[] = [];
  for (const perTx of [10, 20, 50]) {
    const { perSecond, work, cpu } = await run(perTx, BATCHES_SECONDS);
    const value = Math.round(perSecond * perTx);
    const name = `network.P3.batches of ${perTx}`;
    figures.push({ name, value, unit: 'actions/s', work });
    if (cpu['app'] === undefined) continue;
    const each = (cpu['app'] * 1e6) / perTx / network.rpcs.length;
    emit({ name: `${name}: CPU of app, a node`, value: each, unit: 'us' });
  }
  emitGrowth(emit, 'network.P3.batches', figures);
}

/** P4: submit to executed at a quarter, half and three quarters of P2. */
async function latency(emit: Emit, perSecond: number): Promise<void> {
  const network = await TenorNetwork.start(4, P4_BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    await runLoad({
      lanes: await network.orders({ traders: MAIN_SIZE, each: WARM_UP.orders / MAIN_SIZE }, 1),
      ...{ ownTxsPerBlock: 1, seconds: WARM_UP.seconds },
    });
    const seconds = 5;
    const figures: Figure[] = [];
    for (const share of [0.25, 0.5, 0.75]) {
      const ratePerSecond = perSecond * share;
      const each = Math.ceil((ratePerSecond * seconds) / MAIN_SIZE);
      const lanes = await network.orders({ traders: MAIN_SIZE, each }, 1);
      const { latenciesMs, work } = await runLoad({ lanes, ownTxsPerBlock: 1, ratePerSecond });
      const name = `network.P4.submitToExecuted at ${share} of P2`;
      figures.push({
        name: `${name}, p50`,
        value: quantile(latenciesMs, 0.5) / 1_000,
        unit: 's',
        work,
      });
      const p99 = quantile(latenciesMs, 0.99) / 1_000;
      emit({ name: `${name}, p99`, value: p99, unit: 's', work });
    }
    emitGrowth(emit, 'network.P4.submitToExecuted, p50', figures);
  } finally {
    await network.stop();
  }
}

export async function run(emit: Emit): Promise<void> {
  const perSecond = await fourValidators(emit);
  await latency(emit, perSecond);
}
