import { agree } from './disagreement.ts';
import type { Model } from './model.ts';
import { judgedNow } from './judgedNow.ts';
import { judge, TOLERANCE_USD } from './margin.ts';
import { discountAt, largestFraction, phaseOf, PPB } from './schedule.ts';
import type { Phase, Schedule } from './schedule.ts';
import { buffersOf } from './standing.ts';
import type { Standing } from './standing.ts';
import { absolute, CLOSE_UUSD, least, shared } from './types.ts';
import type { Account, Auction, Liquidation, Quotes, Series } from './types.ts';
import type { SettledIn } from '../settledIn.ts';
import type { Told } from '../told.ts';

/** A bid that waits for the end of its block. */
export interface Bid {
  readonly bidder: Account;
  readonly version: bigint;
  readonly fractionPpb: bigint;
  readonly limitPpm: bigint;
  readonly leastPayoutUusd: bigint;
}

/** The end of a block, as the rules see it. */
export interface BlockEnd extends SettledIn {
  readonly quotes: Quotes;
  readonly height: number;
  readonly told: Told;
}

/** What is known of all accounts under liquidation (venue §7, ADR 100). */
export class Liquidations {
  readonly model: Model;
  readonly schedule: Schedule;
  readonly bids = new Map<Account, Bid[]>();
  readonly #ticks = new Map<number, bigint>();
  #nextVersion = 1n;
  /** Where the last round of clearings ended. */
  clearedAfter = 0n;
  /** Verdicts that only rounding decided. */
  undecided = 0;
  /** How often something was split among underlyings by weights that are sums of doubles. */
  splits = 0;

  constructor(model: Model, schedule: Schedule) {
    this.model = model;
    this.schedule = schedule;
  }

  get flagged(): Account[] {
    return [...this.model.accounts.values()]
      .filter(({ liquidation }) => liquidation !== null)
      .sort((a, b) => Number(a.id - b.id));
  }

  /** Auctions grow older in blocks in which their prices can be acted on. */
  tick({ isSettledIn }: BlockEnd): void {
    if (this.flagged.length === 0) return;
    for (const id of this.model.underlyings) {
      const mayAct = isSettledIn(id) && !this.model.disabled.has(id);
      if (mayAct) this.#ticks.set(id, this.#tickOf(id) + 1n);
    }
  }

  #tickOf = (underlyingId: number): bigint => this.#ticks.get(underlyingId) ?? 0n;

  /** Everybody in breach is flagged in the block of the breach, and nobody else. */
  flagBreaches(end: BlockEnd): number {
    const { quotes, told } = end;
    let flags = 0;
    for (; told.next?.type === 'liquidation_flagged'; told.skip()) {
      const { of } = told.next;
      const account = this.model.accounts.get(BigInt(of('subaccount_id')))!;
      const maintenance = knownMargin(account, end);
      const said = Number(of('maintenance_uusd')) / 1e6;
      agree(account.mode !== 'covered', `${account.id} is covered and was flagged`);
      const isIn = maintenance !== undefined && maintenance < TOLERANCE_USD;
      agree(isIn, `${account.id} was flagged at ${maintenance} USD`);
      agree(
        Math.abs(said - maintenance) < TOLERANCE_USD,
        `${account.id} is short of ${said}, by the rules ${maintenance}`,
      );
      agree(account.liquidation === null, `${account.id} was flagged twice`);
      const none = { auction: null, depositedUusd: 0n, lastStepHeight: 0, risks: new Map() };
      account.liquidation = { ...none, auction: this.#open(account, quotes) };
      this.model.cancelAll(account, () => true);
      flags++;
    }
    for (const account of this.model.accounts.values()) {
      if (account.liquidation !== null || !isRisky(account)) continue;
      const maintenance = knownMargin(account, end) ?? 0;
      agree(maintenance > -TOLERANCE_USD, `${account.id} is in breach by ${maintenance} unnoticed`);
    }
    return flags;
  }

  #open(account: Account, quotes: Quotes): Auction | null {
    if (account.positions.size === 0) return null;
    const held = [...account.positions.keys()].map((id) => quotes.series(id).underlyingId);
    const ids = [...new Set(held)].sort((a, b) => a - b);
    const started = new Map(ids.map((id) => [id, this.#tickOf(id)]));
    const version = this.#nextVersion++;
    const opened = new Map(started);
    const expiries = expiriesOf(account, quotes);
    return { kind: 'solvent', version, bidInUusd: 0n, started, opened, expiries };
  }

  /** In blocks that count: of the youngest of its underlyings. */
  age(starts: ReadonlyMap<number, bigint>): bigint {
    const ages = [...starts].map(([id, start]) => this.#tickOf(id) - start);
    return ages.length === 0 ? 0n : ages.reduce(least);
  }

  bidIn({ auction, depositedUusd }: Liquidation): bigint {
    return (auction?.bidInUusd ?? 0n) + depositedUusd;
  }

  /** Brings the auction of an account to what it holds and how it stands. */
  follow(account: Account, standing: Standing, end: BlockEnd, isPartial = false): void {
    const own = account.liquidation!;
    const before = own.auction?.version;
    own.auction ??= this.#open(account, end.quotes);
    const { auction } = own;
    if (auction !== null) {
      const expiries = expiriesOf(account, end.quotes);
      if (expiries !== auction.expiries) {
        Object.assign(auction, { expiries, version: this.#nextVersion++ });
      }
      if (account.positions.size > 0 && !isPartial) this.#turn(account, auction, standing, end);
    }
    if (!isPartial) this.#risk(account, standing, end.quotes);
    if (auction === null || auction.version === before) return;
    const { of } = end.told.take('auction', account.id, `at ${show(standing)}`);
    agree(
      of('kind') === auction.kind,
      `${account.id} has a ${of('kind')} auction ${show(standing)}`,
    );
    agree(of('version') === String(auction.version), `${account.id}: version ${of('version')}`);
  }

  #turn(account: Account, auction: Auction, standing: Standing, end: BlockEnd): void {
    const own = account.liquidation!;
    const phase = this.#phase(account, standing, this.bidIn(own), end);
    const isTurned =
      (phase === 'insolvent' && auction.kind === 'solvent') ||
      (phase === 'sell' && auction.kind === 'insolvent') ||
      phase === 'restart';
    if (!isTurned) return;
    auction.kind = phase === 'insolvent' ? 'insolvent' : 'solvent';
    auction.version = this.#nextVersion++;
    for (const id of auction.started.keys()) auction.started.set(id, this.#tickOf(id));
    if (phase !== 'restart') return;
    auction.bidInUusd = 0n;
    own.depositedUusd = 0n;
  }

  /** Where a few uusd decide, the chain’s word is taken. */
  #phase(account: Account, standing: Standing, bidIn: bigint, { told }: BlockEnd): Phase {
    const near = [0n, -CLOSE_UUSD, CLOSE_UUSD].map((off) => {
      const markToMarketUusd = standing.markToMarketUusd + off;
      const bufferMarginUusd = standing.bufferMarginUusd + off;
      return phaseOf({ ...standing, markToMarketUusd, bufferMarginUusd }, bidIn);
    });
    if (near.every((phase) => phase === near[0])) return near[0]!;
    this.undecided++;
    if (told.isNext('liquidation_released', account.id)) return 'healthy';
    const kind = told.isNext('auction', account.id) ? told.next!.of('kind') : 'same';
    const { auction } = account.liquidation!;
    const wanted: Phase =
      kind === 'insolvent' || (kind === 'same' && auction!.kind === 'insolvent')
        ? 'insolvent'
        : 'sell';
    return near.includes(wanted) ? wanted : near[0]!;
  }

  /** What it can cost each fund at the most. */
  #risk(account: Account, { maintenanceUusd }: Standing, quotes: Quotes): void {
    const own = account.liquidation!;
    const isInsolvent =
      account.positions.size === 0 ? account.cashUusd < 0n : own.auction?.kind === 'insolvent';
    const lacks = isInsolvent && maintenanceUusd < 0n ? -maintenanceUusd : 0n;
    const parts = this.split(account, lacks, quotes);
    own.risks = new Map([...parts].filter(([, uusd]) => uusd > 0n));
  }

  /** What an account lacks, by the underlyings that have to answer for it. */
  split(
    account: Account,
    uusd: bigint,
    quotes: Quotes,
    buffers = buffersOf(account, quotes),
  ): Map<number, bigint> {
    const { auction, risks } = account.liquidation!;
    const weights = buffers.size > 0 ? buffers : risks;
    if (weights.size === 0) {
      const first = [...(auction?.started.keys() ?? [])][0] ?? this.model.underlyings[0]!;
      return new Map([[account.lossUnderlyingId ?? first, uusd]]);
    }
    if (weights.size > 1) this.splits++;
    const values = [...weights.values()];
    const isNone = values.every((weight) => weight === 0n);
    const parts = shared(uusd, isNone ? values.map(() => 1n) : values);
    return new Map([...weights.keys()].map((id, i) => [id, parts[i]!]));
  }

  /** Whether it is healthy again, as the buffer says or within a unit of each leg (ADR 043). */
  isHealthy(account: Account, standing: Standing, { told }: BlockEnd): boolean {
    const { bufferMarginUusd, maintenanceUusd } = standing;
    if (bufferMarginUusd > CLOSE_UUSD) return true;
    if (maintenanceUusd < -CLOSE_UUSD) return false;
    const own = account.liquidation!;
    const d = discountAt(this.age(own.auction?.started ?? new Map()), this.schedule);
    const fraction = largestFraction(standing, this.bidIn(own), d);
    const sizes = [...account.positions.values()].map(absolute);
    const isWithinAUnit = sizes.every((size) => size * fraction < PPB);
    if (bufferMarginUusd < -CLOSE_UUSD && !isWithinAUnit) return false;
    this.undecided++;
    return told.isNext('liquidation_released', account.id);
  }

  /**
   * Whether something goes on for an account: as the rules say, or, where a few uusd decide, as the
   * chain does, which then tells one of what has to follow.
   */
  goesOn(
    id: bigint,
    holds: (offUusd: bigint) => boolean,
    { told }: BlockEnd,
    follows: readonly string[],
  ): boolean {
    const here = holds(0n);
    if (holds(-CLOSE_UUSD) === here && holds(CLOSE_UUSD) === here) return here;
    this.undecided++;
    return follows.some((type) => told.isNext(type, id));
  }

  release(account: Account, { told }: BlockEnd): void {
    told.take('liquidation_released', account.id);
    this.bids.delete(account);
    account.liquidation = null;
  }
}

export const expiriesOf = ({ positions }: Account, quotes: Quotes): number =>
  new Set([...positions.keys()].map((id) => expiryOf(quotes.series(id)))).size;

/** Who else cannot cost anybody anything. */
const isRisky = ({ mode, positions, cashUusd }: Account): boolean =>
  mode !== 'covered' && (cashUusd < 0n || [...positions.values()].some((q) => q < 0n));

/** The maintenance margin of what can be judged now; undefined where nothing can. */
function knownMargin(account: Account, { quotes, isPriceFresh }: BlockEnd): number | undefined {
  const now = judgedNow(account, quotes, isPriceFresh);
  return now && judge(now.account, quotes).maintenance;
}

const expiryOf = ({ underlyingId, expirySeconds }: Series) => `${underlyingId}/${expirySeconds}`;

const show = (standing: Standing): string =>
  Object.entries(standing)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
