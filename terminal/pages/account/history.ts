import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StreamAccountEvents, StreamTrade } from '../../../client/streamTypes.ts';
import { expiryText, expiryTextAt } from '../../format/expiryText.ts';
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

interface SinceLoad {
  /** `ADDRESS/SUBACCOUNT`. */
  readonly of: string;
  readonly fills: readonly Fill[];
  readonly events: readonly Happened[];
  readonly settled: readonly Settled[];
}

/** Of the account that is shown, since the page was opened: all there is without a history. */
const sinceLoad = signal<SinceLoad>({ of: '', fills: [], events: [], settled: [] });

const keptOf = (of: string): SinceLoad =>
  sinceLoad.value.of === of ? sinceLoad.value : { of, fills: [], events: [], settled: [] };

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

function settledOf(events: StreamAccountEvents['events'], timeMs: number): Settled[] {
  return events.flatMap(({ event, attributes }) => {
    if (event !== 'settlement') return [];
    const { underlying = '', expiry = '', settlement_uusd: settlementUusd = '0' } = attributes;
    const { payout_uusd: payoutUusd = '0', fee_uusd: feeUusd = '0' } = attributes;
    return [
      {
        ...{ timeMs: String(timeMs), expiry: `${underlying} ${expiryText(expiry)}` },
        ...{ settlementUusd, payoutUusd, feeUusd, realisedUusd: null },
      },
    ];
  });
}

/** Adds what is not known yet, the newest first. */
function keepFills(of: string, fills: readonly Fill[]): void {
  const before = keptOf(of);
  const known = new Set(before.fills.map(({ key }) => key));
  const fresh = fills.filter(({ key }) => !known.has(key));
  if (fresh.length === 0 && sinceLoad.value.of === of) return;
  const all = [...fresh, ...before.fills].sort((a, b) => Number(b.timeMs) - Number(a.timeMs));
  sinceLoad.value = { ...before, fills: all.slice(0, KEPT) };
}

/** Events of an account that are its subaccount's: most name theirs. */
const eventsOf = (events: StreamAccountEvents['events'], subaccount: number) =>
  events.filter(({ attributes }) => {
    const of = attributes['subaccount'];
    return of === undefined || of === String(subaccount);
  });

function keepEvents(of: string, events: StreamAccountEvents['events'], timeMs: number): void {
  const before = keptOf(of);
  sinceLoad.value = {
    ...before,
    events: [...happenedOf(events, timeMs).toReversed(), ...before.events].slice(0, KEPT),
    settled: [...settledOf(events, timeMs), ...before.settled].slice(0, KEPT),
  };
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
    const events = eventsOf(told.events, subaccount);
    if (events.length > 0) keepEvents(of, events, nowMs());
  });
}

interface FillsAnswer {
  readonly fills: readonly {
    readonly height: string | number;
    readonly idx: number;
    readonly part: number;
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
    key: `${fill.height}-${fill.idx}-${fill.part}`,
    role: fill.role ?? '',
  }));
  return { isWhole: true, fills };
}

interface HistoryAnswer {
  readonly history: readonly {
    readonly height: string | number;
    readonly idx: number;
    readonly part: number;
    readonly timeMs: string;
    readonly kind: string;
    readonly series: string | null;
    readonly changeUusd: string;
  }[];
}

/** Every change of cash from the history where there is one; else what happened of late. */
export function useHappened(owner: string, subaccount: number) {
  const path = `/tenor/v1/history/accounts/${owner}/${subaccount}/history?limit=500`;
  const { answer } = usePolled<HistoryAnswer>(path, POLL_MS).value;
  const { of, events } = sinceLoad.value;
  if (answer === null) {
    return { isWhole: false, happened: of === `${owner}/${subaccount}` ? events : [] };
  }
  const happened = answer.history.map(
    ({ height, idx, part, timeMs, kind, series, changeUusd }) => ({
      ...{ key: `${height}-${idx}-${part}`, timeMs, kind: SAID[kind] ?? titleOf(kind) },
      ...{ text: series ?? '', amountUusd: changeUusd },
    }),
  );
  return { isWhole: true, happened };
}

/** `adl_takeover` as people read it. */
const titleOf = (kind: string): string =>
  kind.slice(0, 1).toUpperCase() + kind.slice(1).replaceAll('_', ' ');

/** What an expiry paid. */
export interface Settled {
  readonly timeMs: string;
  /** `BTC 27 Dec 26`. */
  readonly expiry: string;
  readonly settlementUusd: string;
  readonly payoutUusd: string;
  readonly feeUusd: string;
  /** Of what it closed; only the history knows. */
  readonly realisedUusd: string | null;
}

interface SettlementsAnswer {
  readonly settlements: readonly (Omit<Settled, 'expiry'> & {
    readonly underlying: string;
    readonly expiryMs: string;
  })[];
}

/** Settlements from the history where there is one; else those of late. */
export function useSettlements(owner: string, subaccount: number) {
  const path = `/tenor/v1/history/accounts/${owner}/${subaccount}/settlements?limit=500`;
  const { answer } = usePolled<SettlementsAnswer>(path, POLL_MS).value;
  if (answer === null) {
    const { of, settled } = sinceLoad.value;
    return { isWhole: false, settled: of === `${owner}/${subaccount}` ? settled : [] };
  }
  const settled = answer.settlements.map(({ underlying, expiryMs, ...rest }): Settled => ({
    ...rest,
    expiry: `${underlying} ${expiryTextAt(Number(expiryMs) / 1_000)}`,
  }));
  return { isWhole: true, settled };
}
