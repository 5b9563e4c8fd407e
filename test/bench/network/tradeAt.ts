import { runLoad } from './load.ts';
import type { Lane } from './load.ts';
import { executedHeight } from './rpc.ts';
import { MAIN_SIZE, quantile } from './saturation.ts';
import type { TenorNetwork } from './tenorNetwork.ts';
import { votesOf } from './votes.ts';
import type { Votes } from './votes.ts';

export interface Traded extends Votes {
  readonly p99Seconds: number;
}

/** Signed orders for so long at a rate. */
export function prepareAt(
  network: TenorNetwork,
  ratePerSecond: number,
  seconds: number,
): Promise<Lane[]> {
  const each = Math.ceil((ratePerSecond * seconds) / MAIN_SIZE);
  return network.orders({ traders: MAIN_SIZE, each }, 1);
}

/** Orders at a rate, and how the validators voted meanwhile. */
export async function tradeAt(
  network: TenorNetwork,
  lanes: Lane[],
  ratePerSecond: number,
): Promise<Traded> {
  const rpc = network.rpcs[0]!;
  const from = await executedHeight(rpc);
  const { latenciesMs } = await runLoad({ lanes, ownTxsPerBlock: 1, ratePerSecond });
  const votes = await votesOf(rpc, from + 1, (await executedHeight(rpc)) - 1);
  return { ...votes, p99Seconds: quantile(latenciesMs, 0.99) / 1_000 };
}
