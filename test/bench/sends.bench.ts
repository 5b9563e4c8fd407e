import type { Emit } from './figure.ts';
import { runLoad } from './network/load.ts';
import { MAIN_SIZE, SENDERS, SPARE, kvstoreRate, rates, warmUp } from './network/saturation.ts';
import { SdkNetwork } from './network/sdkNetwork.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';

export const name = 'sends';

const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 4_000;
const SIMD_AT_MOST_PER_SECOND = 2_000;
const SIMD_SECONDS = 8;

/** The same sends on the Cosmos SDK's program, where $SIMD names one. */
async function simdRate(emit: Emit, path: string): Promise<number> {
  const network = await SdkNetwork.start(path, MAIN_SIZE, BLOCK_TIME_MS);
  try {
    const load = (amount: { traders: number; each: number }) => network.sends(amount);
    const atMostPerSecond = SIMD_AT_MOST_PER_SECOND;
    const first = await warmUp({ load, senders: MAIN_SIZE, atMostPerSecond, ownTxsPerBlock: 0 });
    const each = Math.ceil((first * SPARE * SIMD_SECONDS) / MAIN_SIZE);
    const lanes = await load({ traders: MAIN_SIZE, each });
    const options = { lanes, ownTxsPerBlock: 0, seconds: SIMD_SECONDS };
    const before = network.cpuSeconds();
    const { perSecond, work } = await runLoad(options);
    const after = network.cpuSeconds();
    emit({ name: 'network.simd', value: Math.round(perSecond), unit: 'tx/s', work });
    if (before !== undefined && after !== undefined) {
      const value = Math.round(((after - before) / work.accepted) * 1e6);
      emit({ name: 'network.simd: CPU of app and engine', value, unit: 'us/tx' });
    }
    return perSecond;
  } finally {
    await network.stop();
  }
}

/** P1: signed bank sends on one validator. */
export async function run(emit: Emit): Promise<void> {
  const simd = process.env['SIMD'];
  const simdPerSecond = simd === undefined ? undefined : await simdRate(emit, simd);
  const peerValue = await kvstoreRate(emit, 1, BLOCK_TIME_MS);
  const network = await TenorNetwork.start(1, BLOCK_TIME_MS, SENDERS);
  try {
    const { perSecond, work } = await rates(emit, {
      figure: 'network.P1.sends',
      network,
      load: (amount) => network.sends(amount),
      atMostPerSecond: AT_MOST_PER_SECOND,
      peerValue,
    });
    if (simdPerSecond === undefined) return;
    const ratio = perSecond / simdPerSecond;
    const beside = { peer: 'cosmos-sdk simd, same engine settings, load and machine', ratio };
    const value = Math.round(perSecond);
    emit({ name: 'network.P1.sends beside simd', value, unit: 'tx/s', ...beside, work });
  } finally {
    await network.stop();
  }
}
