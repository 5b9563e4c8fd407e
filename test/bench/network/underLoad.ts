import type { Emit } from '../figure.ts';
import { MAIN_SIZE, warmUp } from './saturation.ts';
import { TenorNetwork } from './tenorNetwork.ts';
import { prepareAt, tradeAt } from './tradeAt.ts';
import type { Traded } from './tradeAt.ts';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 300;
const AT_MOST_PER_SECOND = 1_000;
/** Of what is taken at saturation. */
const SHARE = 0.5;
const SECONDS = 12;

/** Something that loads the network's read sides while it trades. */
interface Load {
  /** The bench. */
  readonly name: string;
  /** `readers`: what is not there at first. */
  readonly of: string;
  /** Begins it, lets the network trade beside it, and ends it. */
  readonly beside: (network: TenorNetwork, trade: () => Promise<Traded>) => Promise<Traded>;
}

/** P14: orders at half of P2 on four engines, without a load and beside it, and the votes. */
export async function underLoad(emit: Emit, { name, of, beside }: Load): Promise<void> {
  const network = await TenorNetwork.start(VALIDATORS, BLOCK_TIME_MS, MAIN_SIZE);
  try {
    await network.prepareTrading();
    const load = (amount: { traders: number; each: number }) => network.orders(amount, 1);
    const all = await warmUp({ load, senders: MAIN_SIZE, atMostPerSecond: AT_MOST_PER_SECOND });
    const rate = all * SHARE;
    const quiet = await tradeAt(network, await prepareAt(network, rate, SECONDS), rate);
    const lanes = await prepareAt(network, rate, SECONDS);
    const loaded = await beside(network, () => tradeAt(network, lanes, rate));
    for (const [figure, { lost, p99Seconds }] of [
      [`${name}.P14 without ${of}`, quiet] as const,
      [`${name}.P14`, loaded] as const,
    ]) {
      emit({ name: `${figure}: votes lost`, value: lost, unit: 'of all' });
      emit({ name: `${figure}: submit to executed, p99`, value: p99Seconds, unit: 's' });
    }
    const value = loaded.intervalMs / quiet.intervalMs;
    emit({ name: `${name}.P14: block interval`, value, unit: 'x' });
  } finally {
    await network.stop();
  }
}
