import { Random } from '../crash/random.ts';
import { CRISES, GAPS, pause, SELDOM, step } from './feed.ts';
import type { Jumps } from './feed.ts';
import type { Intent, Plan } from './intents.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { paramsOf } from '../harness/params.ts';
import type { AuctionRules } from './model/auctions.ts';
import type { Queue } from './model/delays.ts';
import type { FeedPace } from './model/feeds.ts';
import type { Schedule } from './model/schedule.ts';
import type { Quotes, Series } from './model/types.ts';
import type { Tally } from './tally.ts';
import { intend } from './traders.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly traders?: number;
  /**
   * Prices jump often, and every second trader sells all that margin allows; `gaps`: by more than
   * margins cover, with funds that have nothing, and they only sell, of several series: a leg that
   * is worth little by then cannot bear its share of what is owed, which gains have to.
   */
  readonly crises?: boolean | 'gaps';
  /** Unix ms; a morning if absent, with outages an evening. */
  readonly startMs?: number;
  /** As few blocks a day as there can be, for many days. */
  readonly sparse?: boolean;
  /** One node and not the agreement set: the model alone is what it is held against. */
  readonly alone?: boolean;
  /** Of books, for openings and after long nights; with odd seeds and no crises if absent. */
  readonly auctions?: boolean;
  /** With every third seed if absent. */
  readonly delayTakers?: boolean;
  /** Of prices alone; with two of four seeds if absent, not in crises or with few blocks. */
  readonly outages?: boolean;
  /** Governance stops an underlying now and then; with one of five seeds if absent. */
  readonly governed?: boolean;
  /** Blocks have room for little; with every second seed or so if absent. */
  readonly tight?: boolean;
}

const ENOUGH_SERIES = 8;
/** A block is five to fifteen minutes: one gap of ten or so is an outage here. */
const MINUTE_MS = 60_000;
const AUCTIONS: AuctionRules = {
  steps: [
    { gapMs: 14.4 * MINUTE_MS, lengthMs: 6 * MINUTE_MS },
    { gapMs: 14.7 * MINUTE_MS, lengthMs: 12 * MINUTE_MS },
  ],
  openingMs: 4 * MINUTE_MS,
  maxLockMs: 30 * MINUTE_MS,
  matches: 1_000,
};
/** Of what a block does, as little as is met here: two meetings, a taker’s turn of two. */
const FEW_MATCHES = 2;
const SHORT_QUEUE: Queue = { most: 2, perBlock: 1 };
/** Of auctions of accounts: a block may be minutes here. */
const SCHEDULE: Schedule = { fast: 8n, slow: 16n, insolvent: 6n };
/** Seldom no validator says a price for a while. */
const SILENCE_IN = 200;
/** With outages, whose prices are old after a block or two. */
/** One underlying is stopped. */
const STOP_IN = 15;
const OUTAGE_IN = 15;
const OUTAGE_MINUTES = 120;
/** Blocks are minutes apart until the next morning. */
const EVENING_MS = Date.UTC(2026, 10, 23, 17);
const SOON: FeedPace = { staleMs: 16 * MINUTE_MS, haltMs: 45 * MINUTE_MS };
const HOUR_MS = 3_600_000;

/** Random traders, prices that wander and jump, outages. */
export class Simulation {
  readonly world: World;
  readonly #random: Random;
  readonly #crises: boolean | 'gaps';
  readonly #isSparse: boolean;
  #silentBlocks = 0;
  readonly #hasOutages: boolean;
  readonly #isGoverned: boolean;
  /** Underlyings without prices, and until when. */
  #unseen: ReadonlySet<number> = new Set();
  #unseenUntilMs = 0;

  private constructor(
    world: World,
    { seed, crises = false, sparse = false }: SimulationOptions,
    hasOutages: boolean,
    isGoverned: boolean,
  ) {
    this.world = world;
    this.#crises = crises;
    this.#isSparse = sparse;
    this.#hasOutages = hasOutages;
    this.#isGoverned = isGoverned;
    this.#random = new Random(seed);
  }

  static async start(options: SimulationOptions): Promise<Simulation> {
    const { seed, traders = 8, startMs, crises = false, alone = false } = options;
    const users = Array.from({ length: traders }, (_, i) => `trader${i}`);
    const funds = crises === 'gaps' ? { fundFeePpm: 0 } : {};
    const { auctions = seed % 2 === 1 && crises === false } = options;
    const { tight = seed % 13 < 7 } = options;
    const rules = tight ? { ...AUCTIONS, matches: FEW_MATCHES } : AUCTIONS;
    const calls = {
      ...(auctions ? { auctions: rules } : {}),
      ...(tight ? { queue: SHORT_QUEUE } : {}),
    };
    const { delayTakers = seed % 3 === 0 && crises === false } = options;
    const isCalm = crises === false && options.sparse !== true;
    const { outages = seed % 4 > 1 && isCalm } = options;
    const { governed = seed % 5 === 4 && crises === false } = options;
    const pace = outages ? { pace: SOON, startMs: EVENING_MS } : {};
    const begin = startMs === undefined ? {} : { startMs };
    const also = { ...funds, ...calls, ...pace, ...begin, delayTakers };
    const world = await World.start({ users, schedule: SCHEDULE, alone, ...also });
    return new Simulation(world, options, outages, governed);
  }

  get tally(): Tally {
    return this.world.tally;
  }

  async block(): Promise<void> {
    const { world } = this;
    const { chain } = world;
    const afterMs = pause(this.#random, chain.timeMs, world.model, this.#isSparse);
    const quotes = world.quotesAfter(afterMs);
    const plans = [...this.#plans(quotes, this.#tradable(quotes)), ...this.#governance()];
    const market = step(this.#random, chain.market, afterMs / HOUR_MS, this.#jumps);
    await world.block({ plans, afterMs, market, unseen: this.#outage() });
  }

  /** Now and then governance stops an underlying, for some blocks. */
  #governance(): Plan[][] {
    const { model, chain } = this.world;
    const [stopped] = model.disabled;
    if (!this.#isGoverned || this.#random.below(stopped === undefined ? STOP_IN : 3) > 0) return [];
    const underlyingId = stopped ?? this.#random.pick(model.underlyings);
    const params = paramsOf(chain, 'options', options.Params);
    const isEnabled = stopped !== undefined;
    const intent: Intent = { kind: 'enable', underlyingId, isEnabled, params };
    return [[{ user: chain.authority, number: 0, intent }]];
  }

  /** Underlyings without prices now: one or all for up to two hours, or all for a block or two. */
  #outage(): ReadonlySet<number> {
    const { model, chain } = this.world;
    const random = this.#random;
    if (!this.#hasOutages) {
      if (this.#silentBlocks > 0) this.#silentBlocks--;
      else if (random.below(SILENCE_IN) === 0) this.#silentBlocks = 1 + random.below(2);
      return new Set(this.#silentBlocks > 0 ? model.underlyings : []);
    }
    if (chain.timeMs < this.#unseenUntilMs) return this.#unseen;
    if (random.below(OUTAGE_IN) > 0) return new Set();
    this.#unseenUntilMs = chain.timeMs + (1 + random.below(OUTAGE_MINUTES)) * MINUTE_MS;
    const isAll = random.below(2) === 0;
    this.#unseen = new Set(isAll ? model.underlyings : [random.pick(model.underlyings)]);
    return this.#unseen;
  }

  get #jumps(): Jumps {
    if (this.#crises === 'gaps') return GAPS;
    return this.#crises ? CRISES : SELDOM;
  }

  /** Two of three traders do something. */
  #plans(quotes: Quotes, listed: readonly Series[]): Plan[][] {
    const random = this.#random;
    return [...this.world.chain.users.values()].flatMap((user, i) => {
      const isReckless = this.#crises !== false && i % 2 === 1;
      const intent = intend(random, this.world, user.address, { quotes, listed, isReckless });
      const isIdle = intent === null || random.below(3) === 0;
      if (isIdle || this.#isMissing(intent, isReckless)) return [];
      const isSplit = isReckless && this.#crises === 'gaps';
      return [[{ user, number: 0, intent: isSplit ? inParts(intent) : intent }]];
    });
  }

  /** With gaps: underwriters, and what sellers buy. */
  #isMissing(intent: Intent, isReckless: boolean): boolean {
    if (this.#crises !== 'gaps') return false;
    if (intent.kind === 'underwrite') return true;
    return isReckless && (intent.kind === 'batch' || (intent.kind === 'place' && intent.isBuy));
  }

  /** Near the money and not over: where random orders meet. */
  #tradable(quotes: Quotes): Series[] {
    const away = (s: Series) =>
      Math.abs(Number(s.strikeUusd) / 1e6 / quotes.index(s.underlyingId) - 1) +
      (s.expirySeconds - quotes.timeMs / 1_000) / 8_640_000;
    return [...this.world.model.series.values()]
      .filter((s) => s.expirySeconds * 1_000 > quotes.timeMs)
      .sort((a, b) => away(a) - away(b) || Number(a.id - b.id))
      .slice(0, ENOUGH_SERIES);
  }
}

/** A third of what somebody would sell, so that there is margin for other series. */
function inParts(intent: Intent): Intent {
  if (intent.kind !== 'place' || intent.isBuy) return intent;
  const lot = intent.series.underlyingId === 1 ? 100n : 1_000n;
  const lots = intent.quantity / lot / 3n;
  return { ...intent, quantity: (lots > 0n ? lots : 1n) * lot };
}
