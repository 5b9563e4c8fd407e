import type { Event as AbciEvent, RequestFinalizeBlock } from 'cosmjs-types/tendermint/abci/types';
import type { Event } from './runtime/context.ts';

/** Block time in whole milliseconds, rounded down: the state machine's only clock. */
export function timeMsOf({ seconds, nanos }: RequestFinalizeBlock['time']): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

export function toAbciEvents(events: readonly Event[]): AbciEvent[] {
  return events.map(({ type, attributes }) => ({
    type,
    attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
  }));
}
