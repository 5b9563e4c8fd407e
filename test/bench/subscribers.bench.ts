import type { Emit } from './figure.ts';
import { MAIN_SIZE, quantile, warmUp } from './network/saturation.ts';
import { Subscribers, delaysMs } from './network/subscribers.ts';
import { TenorNetwork } from './network/tenorNetwork.ts';
import { prepareAt, tradeAt } from './network/tradeAt.ts';

export const name = 'subscribers';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 1_000;
/** Of what is taken at saturation. */
const SHARE = 0.5;
const SECONDS = 12;
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

/**
 * P14, its second half on four engines: orders at half of P2 while every validator has 500
 * subscribers. How long after Commit a fill leaves a node is `streams`' figure.
 */
export async function run(emit: Emit): Promise<void> {
  const network = await TenorNetwork.start(VALIDATORS, BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    const load = (amount: { traders: number; each: number }) => network.orders(amount, 1);
    const all = await warmUp({ load, senders: MAIN_SIZE, atMostPerSecond: AT_MOST_PER_SECOND });
    const rate = all * SHARE;
    const quiet = await tradeAt(network, await prepareAt(network, rate, SECONDS), rate);
    const lanes = await prepareAt(network, rate, SECONDS);
    const subscribers = await subscribeAll(network);
    const heard = await tradeAt(network, lanes, rate);
    const tolds = await Promise.all(subscribers.map((each) => each.stop()));
    for (const [label, { lost, p99Seconds }] of [
      ['without subscribers', quiet] as const,
      ['', heard] as const,
    ]) {
      const figure = `subscribers.P14${label === '' ? '' : ` ${label}`}`;
      emit({ name: `${figure}: votes lost`, value: lost, unit: 'of all' });
      emit({ name: `${figure}: submit to executed, p99`, value: p99Seconds, unit: 's' });
    }
    const interval = heard.intervalMs / quiet.intervalMs;
    emit({ name: 'subscribers.P14: block interval', value: interval, unit: 'x' });
    const delays = delaysMs(tolds);
    const last = Math.round(quantile(delays, 0.99) * 10) / 10;
    emit({ name: 'subscribers.P14: after the first of a node, p99', value: last, unit: 'ms' });
    emit({ name: 'subscribers.fills', value: delays.length, unit: 'fills told' });
    const messages = tolds.reduce((sum, told) => sum + told.messages, 0);
    emit({ name: 'subscribers.messages', value: messages, unit: 'messages' });
  } finally {
    await network.stop();
  }
}
