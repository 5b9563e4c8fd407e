import type { Emit } from './figure.ts';
import { SENDERS, kvstoreRate, rates } from './network/saturation.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';

export const name = 'sends';

const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 4_000;

/** P1: signed bank sends on one validator. */
export async function run(emit: Emit): Promise<void> {
  const peerValue = await kvstoreRate(emit, 1, BLOCK_TIME_MS);
  const network = await TenorNetwork.start(1, BLOCK_TIME_MS, SENDERS);
  try {
    await rates(emit, {
      figure: 'network.P1.sends',
      network,
      load: (amount) => network.sends(amount),
      atMostPerSecond: AT_MOST_PER_SECOND,
      peerValue,
    });
  } finally {
    await network.stop();
  }
}
