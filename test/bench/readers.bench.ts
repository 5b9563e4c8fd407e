import type { Emit } from './figure.ts';
import { runLoad } from './network/load.ts';
import type { Lane } from './network/load.ts';
import { floodQueries, floodRest } from './network/readFlood.ts';
import type { Flood } from './network/readFlood.ts';
import { executedHeight } from './network/rpc.ts';
import { MAIN_SIZE, quantile, warmUp } from './network/saturation.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';
import { votesOf } from './network/votes.ts';
import type { Votes } from './network/votes.ts';

export const name = 'readers';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 1_000;
/** Of what is taken at saturation. */
const SHARE = 0.5;
const SECONDS = 12;
/** A validator. */
const REST_READERS = 64;
const QUERY_READERS = 4;

interface Traded extends Votes {
  readonly p99Seconds: number;
}

function prepare(network: TenorNetwork, ratePerSecond: number): Promise<Lane[]> {
  const each = Math.ceil((ratePerSecond * SECONDS) / MAIN_SIZE);
  return network.orders({ traders: MAIN_SIZE, each }, 1);
}

/** Orders at a rate, and how the validators voted meanwhile. */
async function trade(network: TenorNetwork, lanes: Lane[], ratePerSecond: number): Promise<Traded> {
  const rpc = network.rpcs[0]!;
  const from = await executedHeight(rpc);
  const { latenciesMs } = await runLoad({ lanes, ownTxsPerBlock: 1, ratePerSecond });
  const votes = await votesOf(rpc, from + 1, (await executedHeight(rpc)) - 1);
  return { ...votes, p99Seconds: quantile(latenciesMs, 0.99) / 1_000 };
}

function floodAll(network: TenorNetwork): Flood[] {
  const { symbol, address } = network.known;
  return network.testnet.nodes.flatMap(({ rest, rpc }) => [
    floodRest({ rest, rpc, symbol, address }, REST_READERS),
    floodQueries({ rest, rpc, symbol, address }, QUERY_READERS),
  ]);
}

function emitAnswers(emit: Emit, floods: readonly Flood[], seconds: number): void {
  const byStatus = new Map<number, number>();
  for (const [status, count] of floods.flatMap(({ answers }) => [...answers])) {
    byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  }
  for (const [status, count] of [...byStatus].sort(([a], [b]) => a - b)) {
    const what = status === 0 ? 'without an answer' : `answered with ${status}`;
    const value = Math.round(count / seconds);
    emit({ name: `readers.P14: reads ${what}`, value, unit: '1/s' });
  }
}

/** P14: orders at half of P2 while every validator is read without mercy. */
export async function run(emit: Emit): Promise<void> {
  const network = await TenorNetwork.start(VALIDATORS, BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    const load = (amount: { traders: number; each: number }) => network.orders(amount, 1);
    const all = await warmUp({ load, senders: MAIN_SIZE, atMostPerSecond: AT_MOST_PER_SECOND });
    const quiet = await trade(network, await prepare(network, all * SHARE), all * SHARE);
    const lanes = await prepare(network, all * SHARE);
    const started = performance.now();
    const floods = floodAll(network);
    const read = await trade(network, lanes, all * SHARE);
    await Promise.all(floods.map((flood) => flood.stop()));
    emitAnswers(emit, floods, (performance.now() - started) / 1_000);
    for (const [label, { lost, p99Seconds }] of [
      ['without readers', quiet] as const,
      ['', read] as const,
    ]) {
      const figure = `readers.P14${label === '' ? '' : ` ${label}`}`;
      emit({ name: `${figure}: votes lost`, value: lost, unit: 'of all' });
      emit({ name: `${figure}: submit to executed, p99`, value: p99Seconds, unit: 's' });
    }
    const value = read.intervalMs / quiet.intervalMs;
    emit({ name: 'readers.P14: block interval', value, unit: 'x' });
  } finally {
    await network.stop();
  }
}
