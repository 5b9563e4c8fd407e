import * as options from '../../proto/gen/tenor.options.v1.ts';
import type { Event } from 'cosmjs-types/tendermint/abci/types';
import type { TestChain } from '../harness/chain.ts';
import { seriesOf } from '../harness/trading.ts';
import { agree } from './model/disagreement.ts';
import type { Model } from './model/model.ts';
import { settle } from './model/payout.ts';
import { timeOut } from './model/placing.ts';
import { coverage, held, isCovered, settlementOf } from './model/settlement.ts';
import { fireSwitches } from './model/switches.ts';
import type { Quotes, Series } from './model/types.ts';
import type { Tally } from './tally.ts';

interface Paying {
  readonly key: string;
  readonly underlyingId: number;
  readonly expirySeconds: number;
  unclosed: number;
  isPaid: boolean;
}

/** Samples, expiries and payouts, which come before the transactions of a block. */
export class Beginning {
  readonly #chain: TestChain;
  readonly #model: Model;
  readonly #tally: Tally;
  readonly #maxClosed: number;
  readonly #lastSampleMs = new Map<string, number>();
  /** Expiries with a price whose payouts or closings are not over. */
  #paying: Paying[] = [];
  /** Series that were removed, by symbol: one that is listed again is the same object. */
  readonly #gone = new Map<string, Series>();

  /** @param maxClosed series that a block closes: as many as it lists */
  constructor(chain: TestChain, model: Model, tally: Tally, maxClosed: number) {
    this.#maxClosed = maxClosed;
    this.#chain = chain;
    this.#model = model;
    this.#tally = tally;
  }

  /** @param priced underlyings that its votes price: the others have no sample in it (ADR 030) */
  follow(
    quotes: Quotes,
    events: readonly Event[],
    priced: ReadonlySet<number>,
    gapMs: number,
  ): void {
    const model = this.#model;
    const { timeMs } = quotes;
    this.#auctions(events, gapMs);
    model.known.begin(timeMs);
    timeOut(model, timeMs);
    const expiries = new Map(
      [...model.series.values()].map((s) => [`${s.underlyingId}/${s.expirySeconds}`, s]),
    );
    for (const [key, { underlyingId, expirySeconds }] of expiries) {
      const expiryMs = expirySeconds * 1_000;
      if (timeMs < expiryMs - 1_800_000) continue;
      const isPriced = priced.has(underlyingId) && model.feeds.isIndexFresh(underlyingId);
      if (isPriced) this.#sample(key, timeMs, expiryMs, quotes.indexUusd(underlyingId));
      if (timeMs < expiryMs) continue;
      for (const s of model.series.values()) {
        if (s.underlyingId === underlyingId && s.expirySeconds === expirySeconds) model.purge(s);
      }
      const isKnown = this.#paying.some((one) => one.key === key);
      if (!isKnown && isCovered(model.samples.get(key) ?? [])) this.#price(key, events);
    }
    this.#pay();
    this.#switches(timeMs, events);
    model.triggers.expire(timeMs);
    this.#remove(events);
    this.list(events);
    model.auctions.listed(model.series.values());
  }

  /** A stop of the chain is followed by auctions. */
  #auctions(events: readonly Event[], gapMs: number): void {
    const { auctions, series } = this.#model;
    const said = events
      .filter(({ type }) => type === 'recovery_auction')
      .map(({ attributes }) => {
        const of = (key: string) => attributes.find((a) => a.key === key)?.value ?? '';
        return `${of('underlying') === 'BTC' ? 1 : 2}/${of('expiry_seconds')}: ${of('lock_ms')}`;
      });
    const own = auctions.begin(series.values(), gapMs);
    const [left, right] = [said.sort().join('; '), own.sort().join('; ')];
    agree(left === right, `auctions begin of ${left}, by the rules of ${right}`);
    this.#tally.callsBegun += own.length;
    this.#tally.callsByPrices += auctions.byPrices;
  }

  #price(key: string, events: readonly Event[]): void {
    const series = [...this.#model.series.values()].filter(
      (s) => `${s.underlyingId}/${s.expirySeconds}` === key,
    );
    const price = settlementOf(this.#model.samples.get(key)!);
    const said = events
      .filter((e) => e.type === 'expiry_priced')
      .map((e) => e.attributes.find((a) => a.key === 'settlement_uusd')?.value);
    const isSaid = said.includes(String(price));
    agree(isSaid, `${key} settles at ${price}, the chain says ${said.join()}`);
    const { underlyingId, expirySeconds } = series[0]!;
    const unclosed = series.length;
    this.#paying.push({ key, underlyingId, expirySeconds, unclosed, isPaid: false });
    this.#paying.sort(
      (a, b) => a.expirySeconds - b.expirySeconds || a.underlyingId - b.underlyingId,
    );
  }

  /** In order of time, while the block may close series: then the next one waits for its payout. */
  #pay(): void {
    if (this.#paying.length === 0) return;
    let left = this.#maxClosed;
    for (const expiry of this.#paying) {
      if (left === 0) break;
      if (!expiry.isPaid) {
        settle(this.#model, expiry.underlyingId, expiry.expirySeconds);
        this.#tally.settlements++;
      }
      expiry.isPaid = true;
      const closed = Math.min(left, expiry.unclosed);
      expiry.unclosed -= closed;
      left -= closed;
    }
    this.#paying = this.#paying.filter(({ unclosed }) => unclosed > 0);
  }

  /** Before the transactions, of which none finds the series any more. */
  #remove(events: readonly Event[]): void {
    for (const { type, attributes } of events) {
      // One that never traded may be listed again under the same symbol, and is another one then.
      const id = attributes.find(({ key }) => key === 'series_id')?.value;
      if (type === 'series_removed' && id !== undefined) this.#removed(BigInt(id));
    }
  }

  #switches(timeMs: number, events: readonly Event[]): void {
    const said = events
      .filter(({ type }) => type === 'dead_man_switch')
      .map(({ attributes }) => {
        const of = (key: string) => attributes.find((a) => a.key === key)?.value ?? '';
        this.#tally.takenBySwitches += Number(of('cancelled'));
        return `${of('owner')}/${of('subaccount')}: ${of('cancelled')} ${of('deadline_ms')}`;
      });
    const own = fireSwitches(this.#model, timeMs);
    const [left, right] = [said.join('; '), own.join('; ')];
    agree(left === right, `switches took ${left}, by the rules ${right}`);
    this.#tally.switchesFired += own.length;
  }

  #sample(key: string, timeMs: number, expiryMs: number, priceUusd: bigint): void {
    const samples = this.#model.samples.get(key) ?? [];
    const last = this.#lastSampleMs.get(key) ?? 0;
    const heldMs = held(timeMs, last, expiryMs, coverage(samples));
    if (heldMs > 0n) {
      samples.push({ priceUusd, heldMs });
      this.#lastSampleMs.set(key, timeMs);
    }
    this.#model.samples.set(key, samples);
  }

  #removed(id: bigint): void {
    const { series, books, accounts } = this.#model;
    const { bids = [], asks = [], outside = [] } = books.get(id) ?? {};
    const held = [...accounts.values()].some(({ positions }) => positions.has(id));
    agree(
      !held && bids.length + asks.length + outside.length === 0,
      `${id} was removed and is somebody’s`,
    );
    const gone = series.get(id);
    if (gone !== undefined) this.#gone.set(gone.symbol, gone);
    series.delete(id);
    this.#model.auctions.gone(id);
  }

  /** What is listed is the chain's to say; the model only reads it when there is something new. */
  list(events?: readonly Event[]): void {
    if (events?.every(({ type }) => type !== 'series_listed') === true) return;
    const { expiries } = this.#chain.query(
      '/tenor.options.v1.Query/Expiries',
      options.QueryExpiriesRequest,
      options.QueryExpiriesResponse,
      { underlying: '', all: false, beforeSeconds: 0n, limit: 1_000 },
    );
    const daily = new Set(
      expiries
        .filter((e) => e.calendar === options.ListingCalendar.LISTING_CALENDAR_DAILY)
        .map((e) => `${e.underlyingId}/${e.expirySeconds}`),
    );
    for (const underlying of ['BTC', 'ETH']) {
      for (const s of seriesOf(this.#chain, underlying)) {
        // One that is over may be listed still, until a block has room to close it.
        const isOver = Number(s.expirySeconds) * 1_000 <= this.#chain.timeMs;
        if (isOver || this.#model.series.has(s.id)) continue;
        // Transactions name it by its symbol, so those made before mean the one of now.
        const again = this.#gone.get(s.symbol) ?? {};
        const one: Series = Object.assign(again, {
          ...{ id: s.id, symbol: s.symbol, underlyingId: s.underlyingId, strikeUusd: s.strikeUusd },
          expirySeconds: Number(s.expirySeconds),
          isCall: s.kind === options.OptionKind.OPTION_KIND_CALL,
          isDaily: daily.has(`${s.underlyingId}/${s.expirySeconds}`),
        });
        this.#model.series.set(s.id, one);
      }
    }
  }
}
