import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StreamAccountEvents, StreamTrade } from '../../../client/streamTypes.ts';
import { getJson, underlyings } from '../../store/network.ts';
import { usePolled } from '../../store/polled.ts';
import { useEvents } from '../../store/streams.ts';

/** A fill as it is shown. */
export interface Fill {
  readonly key: string;
  readonly timeMs: string;
  readonly series: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly priceUusd: string;
  readonly feeUusd: string;
  readonly role: string;
  /** Of what it closed; only the history knows. */
  readonly realisedUusd: string | null;
}

/** Anything else that happened to an account. */
export interface Happened {
  readonly key: string;
  readonly timeMs: string;
  readonly kind: string;
  readonly text: string;
  readonly amountUusd: string | null;
}

const POLL_MS = 5_000;
const KEPT = 500;

const sinceLoad = signal<{ readonly of: string; readonly fills: readonly Fill[] }>({
  of: '',
  fills: [],
});
const eventsSinceLoad = signal<{ readonly of: string; readonly events: readonly Happened[] }>({
  of: '',
  events: [],
});

/** A trade of the stream from the side of one of its two. */
function fillOf(trade: StreamTrade, owner: string, subaccount: number): Fill[] {
  const sides: Fill[] = [];
  const isTakerBuy = trade.takerSide === 1;
  const of = (role: 'maker' | 'taker', isBuy: boolean, feeUusd: string) =>
    sides.push({
      ...{ key: `${trade.id}-${role}`, timeMs: trade.timeMs, series: trade.symbol, role },
      ...{ side: isBuy ? 'buy' : 'sell', quantity: trade.quantity, realisedUusd: null },
      ...{ priceUusd: trade.priceUusd, feeUusd },
    });
  if (trade.taker === owner && trade.takerSubaccount === subaccount) {
    of('taker', isTakerBuy, trade.takerFeeUusd);
  }
  if (trade.maker === owner && trade.makerSubaccount === subaccount) {
    of('maker', !isTakerBuy, trade.makerFeeUusd);
  }
  return sides;
}

const SAID: Readonly<Record<string, string>> = {
  deposit: 'Deposit',
  withdraw: 'Withdrawal',
  settlement: 'Settlement',
  margin_mode: 'Margin mode',
  liquidation_flagged: 'Under liquidation',
  liquidation_released: 'Released from liquidation',
  session_granted: 'Session granted',
  session_revoked: 'Session ended',
};

function happenedOf(events: StreamAccountEvents['events'], timeMs: number): Happened[] {
  return events.flatMap(({ event, tx, attributes }, i) => {
    const kind = SAID[event];
    if (kind === undefined) return [];
    const payout = attributes['payout_uusd'];
    const amountUusd = payout ?? attributes['amount_uusd'] ?? null;
    const text = attributes['expiry'] ?? attributes['mode'] ?? attributes['key'] ?? '';
    const key = `${timeMs}-${tx ?? ''}-${i}`;
    return [{ key, timeMs: String(timeMs), kind, text, amountUusd }];
  });
}

/** Adds what is not known yet, the newest first. */
function keepFills(of: string, fills: readonly Fill[]): void {
  const before = sinceLoad.value.of === of ? sinceLoad.value.fills : [];
  const known = new Set(before.map(({ key }) => key));
  const fresh = fills.filter(({ key }) => !known.has(key));
  if (fresh.length === 0 && sinceLoad.value.of === of) return;
  const all = [...fresh, ...before].sort((a, b) => Number(b.timeMs) - Number(a.timeMs));
  sinceLoad.value = { of, fills: all.slice(0, KEPT) };
}

/** Those of its fills that are among the last hundred trades of an underlying. */
function useRecentTrades(owner: string, subaccount: number): void {
  const names = underlyings.value;
  useEffect(() => {
    for (const name of names) {
      const path = `/tenor/v1/trades?underlying=${name}&limit=100`;
      getJson<{ readonly trades: readonly StreamTrade[] }>(path)
        .then(({ trades }) => {
          const fills = trades.flatMap((trade) => fillOf(trade, owner, subaccount));
          keepFills(`${owner}/${subaccount}`, fills);
        })
        .catch(() => undefined);
    }
  }, [owner, subaccount, names]);
}

/** Remembers what the stream tells while the page is open. */
export function useRemembered(owner: string, subaccount: number, nowMs: () => number): void {
  const of = `${owner}/${subaccount}`;
  useRecentTrades(owner, subaccount);
  useEvents(`account:${owner}`, (told) => {
    const fills = told.fills.flatMap((trade) => fillOf(trade, owner, subaccount));
    if (fills.length > 0) keepFills(of, fills);
    const events = happenedOf(told.events, nowMs());
    const known = eventsSinceLoad.value.of === of ? eventsSinceLoad.value.events : [];
    if (events.length > 0) {
      eventsSinceLoad.value = { of, events: [...events.toReversed(), ...known].slice(0, KEPT) };
    }
  });
}

interface FillsAnswer {
  readonly fills: readonly {
    readonly height: string | number;
    readonly idx: number;
    readonly timeMs: string;
    readonly series: string;
    readonly side: 'buy' | 'sell';
    readonly quantity: string;
    readonly priceUusd: string;
    readonly feeUusd: string;
    readonly realisedUusd: string;
    readonly role: string | null;
  }[];
}

/** Fills from the history where the node has one; else those of late. */
export function useFills(owner: string, subaccount: number) {
  const path = `/tenor/v1/history/accounts/${owner}/${subaccount}/fills?limit=500`;
  const { answer } = usePolled<FillsAnswer>(path, POLL_MS).value;
  if (answer === null) {
    const { of, fills } = sinceLoad.value;
    return { isWhole: false, fills: of === `${owner}/${subaccount}` ? fills : [] };
  }
  const fills = answer.fills.map((fill): Fill => ({
    ...fill,
    key: `${fill.height}-${fill.idx}`,
    role: fill.role ?? '',
  }));
  return { isWhole: true, fills };
}

/** What else happened, since the page was opened. */
export function useHappened(owner: string, subaccount: number): readonly Happened[] {
  const { of, events } = eventsSinceLoad.value;
  return of === `${owner}/${subaccount}` ? events : [];
}

export interface Settled {
  readonly timeMs: string;
  readonly underlying: string;
  readonly expiryMs: string;
  readonly settlementUusd: string;
  readonly payoutUusd: string;
  readonly feeUusd: string;
  readonly realisedUusd: string;
}

/** Settlements and results by hour, where the node has a history; null where it has none. */
export function useSettlements(owner: string, subaccount: number): readonly Settled[] | null {
  const path = `/tenor/v1/history/accounts/${owner}/${subaccount}/settlements?limit=500`;
  return (
    usePolled<{ readonly settlements: readonly Settled[] }>(path, POLL_MS).value.answer
      ?.settlements ?? null
  );
}
