import { TriggerOn, TriggerWhen } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Trigger } from '../../../../proto/gen/tenor.clob.v1.ts';
import { bandOf } from '../../margin/index.ts';
import { seriesById } from '../../options/index.ts';
import { indexOf, isFresh } from '../../oracle/index.ts';
import type { View } from '../../../runtime/context.ts';

/** What a price is of: the kind in the highest bits, then the underlying or the series. */
const INDEX_BIT = 1n << 62n;

/** Of a trigger, the number under which all triggers on the same price are kept. */
export const priceKey = ({ on, seriesId, underlyingId }: Trigger): bigint =>
  on === TriggerOn.TRIGGER_ON_INDEX ? INDEX_BIT | BigInt(underlyingId) : seriesId;

/** The price behind such a number, in uusd; undefined while it is not fresh. */
export function livePrice(view: View, key: bigint): bigint | undefined {
  if (key >= INDEX_BIT) {
    const index = indexOf(view, Number(key - INDEX_BIT));
    return index !== undefined && isFresh(index.status) ? index.indexUusd : undefined;
  }
  const series = seriesById(view, key);
  return series === undefined ? undefined : bandOf(view, series)?.markUusd;
}

export const isMet = (when: TriggerWhen, levelUusd: bigint, priceUusd: bigint): boolean =>
  when === TriggerWhen.TRIGGER_WHEN_ABOVE ? priceUusd >= levelUusd : priceUusd <= levelUusd;
