import type { Emit } from './figure.ts';
import { floodQueries, floodRest } from './network/readFlood.ts';
import type { Flood } from './network/readFlood.ts';
import { MAIN_SIZE, warmUp } from './network/saturation.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';
import { prepareAt, tradeAt } from './network/tradeAt.ts';

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
    const quiet = await tradeAt(
      network,
      await prepareAt(network, all * SHARE, SECONDS),
      all * SHARE,
    );
    const lanes = await prepareAt(network, all * SHARE, SECONDS);
    const started = performance.now();
    const floods = floodAll(network);
    const read = await tradeAt(network, lanes, all * SHARE);
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
