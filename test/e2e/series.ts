import type { Markets } from './answers.ts';
import { eventually } from './client.ts';
import type { NodeClient } from './client.ts';

export type Market = Markets['markets'][number] & {
  readonly mark: { readonly markUusd: string };
};

export interface Wanted {
  readonly underlying?: string;
  /** It expires no sooner than this. */
  readonly secondsLeft?: number;
  /** It is worth at least this. */
  readonly worthUsd?: number;
}

/**
 * Waits for a call with a mark that has what a test needs, whatever the time of day makes of the
 * listed expiries and strikes: of the first expiry with such calls the one that is worth least.
 */
export function callWith(node: NodeClient, wanted: Wanted = {}): Promise<Market> {
  const { underlying = 'BTC', secondsLeft = 100, worthUsd = 100 } = wanted;
  const path = `/tenor/v1/markets?underlying=${underlying}&limit=400`;
  return eventually(
    `a call on ${underlying} with ${secondsLeft} s left, worth ${worthUsd} USD`,
    async () => {
      const { markets } = await node.get<Markets>(path);
      return markets
        .filter((one): one is Market => one.kind === 'call' && one.mark !== null)
        .filter((one) => Number(one.expirySeconds) - Date.now() / 1_000 > secondsLeft)
        .filter((one) => worthOf(one) >= worthUsd)
        .toSorted(
          (a, b) => Number(a.expirySeconds) - Number(b.expirySeconds) || worthOf(a) - worthOf(b),
        )[0];
    },
  );
}

const worthOf = ({ mark }: Market): number => Number(mark.markUusd) / 1e6;

/** A part of its mark as a price that an order can have: all ticks of BTC divide 5 USD. */
export const priceOf = (market: Market, part = 1): number =>
  Math.max(5, Math.round((part * worthOf(market)) / 5) * 5);
