import type { Emit } from './figure.ts';
import { quantile } from './network/saturation.ts';
import { Subscribers, delaysMs } from './network/subscribers.ts';
import type { Told } from './network/subscribers.ts';
import type { TenorNetwork } from './network/tenorNetwork.ts';
import { underLoad } from './network/underLoad.ts';

export const name = 'subscribers';

/** A validator. */
const SUBSCRIBERS = 500;

function subscribeAll(network: TenorNetwork): Promise<Subscribers[]> {
  const { symbol } = network.known;
  const { addresses } = network;
  const clients = Array.from({ length: SUBSCRIBERS }, (_, i) => [
    ...[`account:${addresses[i % addresses.length]!}`, `book:${symbol}`, 'trades:BTC'],
  ]);
  return Promise.all(network.testnet.nodes.map(({ ws }) => Subscribers.start(ws!, clients)));
}

function emitTold(emit: Emit, tolds: readonly Told[]): void {
  const delays = delaysMs(tolds);
  const value = Math.round(quantile(delays, 0.99) * 10) / 10;
  emit({ name: 'subscribers.P14: after the first of a node, p99', value, unit: 'ms' });
  emit({ name: 'subscribers.fills', value: delays.length, unit: 'fills told' });
  const messages = tolds.reduce((sum, told) => sum + told.messages, 0);
  emit({ name: 'subscribers.messages', value: messages, unit: 'messages' });
}

/**
 * P14, its second half on four engines: orders at half of P2 while every validator has 500
 * subscribers. How long after Commit a fill leaves a node is `streams`' figure.
 */
export function run(emit: Emit): Promise<void> {
  return underLoad(emit, {
    ...{ name, of: 'subscribers' },
    async beside(network, trade) {
      const subscribers = await subscribeAll(network);
      const traded = await trade();
      emitTold(emit, await Promise.all(subscribers.map((each) => each.stop())));
      return traded;
    },
  });
}
