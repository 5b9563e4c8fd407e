import type { Emit } from './figure.ts';
import { floodQueries, floodRest } from './network/readFlood.ts';
import type { Flood } from './network/readFlood.ts';
import type { TenorNetwork } from './network/tenorNetwork.ts';
import { underLoad } from './network/underLoad.ts';

export const name = 'readers';

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
export function run(emit: Emit): Promise<void> {
  return underLoad(emit, {
    ...{ name, of: 'readers' },
    async beside(network, trade) {
      const started = performance.now();
      const floods = floodAll(network);
      const traded = await trade();
      await Promise.all(floods.map((flood) => flood.stop()));
      emitAnswers(emit, floods, (performance.now() - started) / 1_000);
      return traded;
    },
  });
}
