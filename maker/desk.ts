import { MAX_QUOTES, Refusal } from '../client/index.ts';
import type { QuoteGroupLimits, TenorClient } from '../client/index.ts';
import type { QuoteGroupState, RestingQuote } from '../proto/gen/tenor.clob.v1.ts';
import type { Underlying } from '../proto/gen/tenor.options.v1.ts';
import { changesOf } from './core/changes.ts';
import { exposureOfAll } from './core/exposure.ts';
import type { Inventory, MarkedSeries } from './core/market.ts';
import { quoteSize } from './core/quoteSize.ts';
import type { MakerSettings } from './core/settings.ts';
import { wantedQuotes } from './core/wantedQuotes.ts';
import type { Notices } from './notices.ts';
import { readSeries } from './readMarket.ts';
import type { DeskReport } from './report.ts';

/** After a refusal of a whole message: what it rests on takes a while to come back. */
const PAUSE_MS = 5_000;

/** What a desk is told of the account each time. */
export interface Round {
  readonly held: Inventory;
  readonly blockSeconds: bigint;
  readonly nowMs: number;
  readonly groups: readonly QuoteGroupState[];
  readonly quotes: readonly RestingQuote[];
  /** Nothing is sent after it has fired. */
  readonly signal: AbortSignal;
}

/** Quotes one underlying, with a group of its own. The chain's answers are its only memory. */
export class Desk {
  readonly #client: TenorClient;
  readonly #rules: Underlying;
  readonly #settings: MakerSettings;
  readonly #notices: Notices;
  readonly group: string;
  #quantity: bigint | null = null;
  #pausedUntilMs = 0;
  #sent = 0;
  #refused = 0;

  constructor(client: TenorClient, rules: Underlying, settings: MakerSettings, notices: Notices) {
    this.#client = client;
    this.#rules = rules;
    this.#settings = settings;
    this.#notices = notices;
    this.group = `mm-${rules.symbol.toLowerCase()}`;
  }

  /** Sides sent and refused since the start. */
  get counts(): { readonly sent: number; readonly refused: number } {
    return { sent: this.#sent, refused: this.#refused };
  }

  /** Brings the quotes to where prices and inventory say. */
  async quote(round: Round): Promise<DeskReport> {
    const { symbol } = this.#rules;
    const series = await readSeries(this.#client, symbol);
    round.signal.throwIfAborted();
    const resting = round.quotes.filter(({ group }) => group === this.group);
    const report = (state: DeskReport['state'], quotes: number): DeskReport => {
      const exposure = exposureOfAll(series, round.held);
      return { underlying: symbol, state, quotes, ...exposure };
    };
    if (series.length === 0) {
      this.#notices.say(symbol, `${symbol}: prices are not live, nothing is quoted`);
      await this.#takeBack(resting);
      return report('no prices', 0);
    }
    if (round.nowMs < this.#pausedUntilMs) return report('paused', resting.length);
    const group = round.groups.find((state) => state.group?.name === this.group);
    if (group?.isFrozen === true) {
      this.#notices.say(symbol, `${symbol}: its group filled to its limit and is frozen`);
      return report('frozen', resting.length);
    }
    try {
      await this.#sizeGroup(group, series);
      round.signal.throwIfAborted();
      const quotes = await this.#send(series, resting, round);
      this.#notices.settle(symbol, `${symbol}: quoting`);
      return report('quoting', quotes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.#pause(error, resting, round.nowMs);
      return report('paused', 0);
    }
  }

  /** What rests is stale once quotes are refused as a whole: it is taken back for a while. */
  async #pause(refusal: Refusal, resting: readonly RestingQuote[], nowMs: number): Promise<void> {
    const { symbol } = this.#rules;
    const code = `${refusal.codespace}/${refusal.code}`;
    this.#notices.say(symbol, `${symbol}: paused, refused [${code}] ${refusal.message}`);
    this.#pausedUntilMs = nowMs + PAUSE_MS;
    await this.#takeBack(resting);
  }

  async #takeBack(resting: readonly RestingQuote[]): Promise<void> {
    if (resting.length > 0) await this.#client.cancelQuotes(this.group);
  }

  /** A group of another size is sized anew, which takes its quotes back; one that fits is kept. */
  async #sizeGroup(
    state: QuoteGroupState | undefined,
    series: readonly MarkedSeries[],
  ): Promise<void> {
    const { symbol } = this.#rules;
    const { sizeUsd, burst, windowMs, freezeMs } = this.#settings;
    if (this.#quantity !== null && state !== undefined) return;
    this.#quantity ??= quoteSize(this.#rules, series[0]!.forward, sizeUsd);
    const limits: QuoteGroupLimits & { readonly maxQuote: bigint } = {
      ...{ group: this.group, underlying: symbol, windowMs, freezeMs },
      quantityLimit: this.#quantity * BigInt(burst),
      maxQuote: this.#quantity,
    };
    const { group } = state ?? {};
    const fits =
      group?.quantityLimit === limits.quantityLimit &&
      group.maxQuote === limits.maxQuote &&
      group.windowMs === windowMs &&
      group.freezeMs === freezeMs;
    if (!fits) await this.#client.setQuoteGroup(limits);
  }

  /** How many sides are in the books after that. */
  async #send(
    series: readonly MarkedSeries[],
    resting: readonly RestingQuote[],
    { held, blockSeconds }: Round,
  ): Promise<number> {
    const market = { rules: this.#rules, series, blockSeconds, quantity: this.#quantity! };
    const wanted = wantedQuotes(market, held, this.#settings);
    const changes = changesOf(wanted, resting, this.#settings.tolerance);
    const parts = Array.from({ length: Math.ceil(changes.length / MAX_QUOTES) }, (_, i) =>
      changes.slice(i * MAX_QUOTES, (i + 1) * MAX_QUOTES),
    );
    const sent = parts.map(async (part) => {
      const sides = part.flatMap(({ bid, ask }) => [bid, ask]);
      this.#sent += sides.filter((side) => side !== undefined).length;
      const { refusals } = await this.#client.massQuote(this.group, part);
      return refusals.map(({ index, code }) => ({ series: part[index]!.series, code }));
    });
    // All are answered before anything follows: a later cancel would not reach what is on its way.
    await Promise.allSettled(sent);
    const refused = (await Promise.all(sent)).flat();
    this.#refused += refused.length;
    this.#tell(refused);
    const sides = wanted.flatMap(({ bid, ask }) => [bid, ask]).filter((side) => side !== null);
    return sides.length - refused.length;
  }

  /** Sides are refused by themselves, and the next round sends them as the market is then. */
  #tell(refused: readonly { readonly series: string; readonly code: number }[]): void {
    const codes = [...new Set(refused.map(({ code }) => code))].sort((a, b) => a - b);
    for (const code of codes) {
      const series = refused.filter((side) => side.code === code).map((side) => side.series);
      const others = series.length === 1 ? '' : ` and ${series.length - 1} sides more`;
      this.#notices.say(
        `${this.group}/${code}`,
        `${series[0]}${others}: not quoted [clob/${code}]`,
      );
    }
  }
}
