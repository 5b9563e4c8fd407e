import { agree } from './disagreement.ts';
import { clearAuctions } from './clearing.ts';
import { deleverage, DELEVERAGING } from './deleverage.ts';
import { expiriesOf } from './liquidation.ts';
import type { BlockEnd, Liquidations } from './liquidation.ts';
import { around, isSettledIn, takeFromFund } from './inABlock.ts';
import type { Bounds } from './inABlock.ts';
import { throughTheBook } from './throughTheBook.ts';
import { standingNow } from './judgedNow.ts';
import type { StandingNow } from './judgedNow.ts';
import { markUusd } from './standing.ts';
import type { Standing } from './standing.ts';
import { isClose, least, shared, UNITS } from './types.ts';
import type { Account } from './types.ts';
import type { Tally } from '../tally.ts';

/** Governed bounds of a block (genesis). */
const MAX_CHECKS = 6_000;
const MAX_STEPS = 50;
const MAX_LOOKS = 5_000;
const COOLDOWN = 2;
const DUST_UUSD = 10_000_000n;

/**
 * What the chain does by itself with accounts in breach, in its order: flags, then each account
 * in turn by its id, then bids. Every event has to be what the rules say comes next.
 */
export class EndOfBlock {
  readonly #all: Liquidations;
  readonly #tally: Tally;
  /** Where the last round of looks ended. */
  #after = 0n;

  constructor(all: Liquidations, tally: Tally) {
    this.#all = all;
    this.#tally = tally;
  }

  follow(end: BlockEnd): void {
    const all = this.#all;
    all.tick(end);
    this.#tally.flags += all.flagBreaches(end);
    const bounds = { looks: MAX_LOOKS, steps: MAX_STEPS };
    this.#after = around(all.flagged, this.#after, MAX_CHECKS, (account) => {
      const cost = 1 + account.positions.size;
      return this.#visit(account, end, bounds) ? cost : undefined;
    });
    clearAuctions(all, end, this.#tally);
    const { next } = end.told;
    const rest = `${next?.type} of ${next?.of('subaccount_id')}${next?.of('owner')}`;
    agree(next === undefined, `the rules know no ${rest} at the end of the block`);
  }

  /** Whether it could be looked at within the bounds of the block. */
  #visit(account: Account, end: BlockEnd, bounds: Bounds): boolean {
    const all = this.#all;
    const standing = standingNow(account, end.quotes, end.isPriceFresh);
    // Nobody can say how it stands.
    if (standing?.isPartial !== false) this.#tally.judgedInPart++;
    if (standing === undefined) return true;
    const { isPartial, positions } = standing;
    all.follow(account, standing, end, isPartial);
    if (this.#isConcluded(account, standing, end, bounds)) return true;
    if (!isSettledIn({ ...account, positions }, end)) return true;
    if (!isPartial && this.#isDue(account, standing, end)) {
      if (bounds.looks <= 0) return false;
      deleverage(all, account, end, bounds, this.#tally);
      this.#conclude(account, end, bounds);
    } else if (this.#isCool(account, end)) {
      if (bounds.steps === 0) return false;
      bounds.steps--;
      throughTheBook(all, account, standing, end, this.#tally);
      account.liquidation!.lastStepHeight = end.height;
      this.#conclude(account, end, bounds);
    }
    return true;
  }

  #conclude(account: Account, end: BlockEnd, bounds: Bounds): void {
    const standing = standingNow(account, end.quotes, end.isPriceFresh)!;
    // An expiry that this pass closed is no news to bidders.
    const { auction } = account.liquidation!;
    if (auction !== null) auction.expiries = expiriesOf(account, end.quotes);
    this.#all.follow(account, standing, end, standing.isPartial);
    this.#isConcluded(account, standing, end, bounds);
  }

  #isConcluded(account: Account, standing: StandingNow, end: BlockEnd, bounds: Bounds): boolean {
    // As far as it can be judged it is healthy: nobody acts, and nobody gives it back.
    if (standing.isPartial && standing.bufferMarginUusd >= 0n) return true;
    if (!standing.isPartial && this.#all.isHealthy(account, standing, end)) {
      this.#released(account, end);
      return true;
    }
    if (account.positions.size > 0) return false;
    if (account.cashUusd < 0n) this.#cover(account, end, bounds);
    return true;
  }

  #released(account: Account, end: BlockEnd): void {
    this.#all.release(account, end);
    this.#tally.releases++;
  }

  #isCool(account: Account, { height }: BlockEnd): boolean {
    const { lastStepHeight } = account.liquidation!;
    return lastStepHeight === 0 || height >= lastStepHeight + COOLDOWN;
  }

  /** Whether nobody will take the account over any more (ADR 100). */
  #isDue(account: Account, { markToMarketUusd }: Standing, end: BlockEnd): boolean {
    const all = this.#all;
    const { quotes } = end;
    const { auction, lastStepHeight } = account.liquidation!;
    if (auction === null) return false;
    const { fast, slow, insolvent } = all.schedule;
    const age = all.age(auction.started);
    if (all.age(auction.opened) >= fast + slow + insolvent) return true;
    if (auction.kind === 'solvent') return age >= fast + slow;
    if (age >= insolvent) return true;
    if (lastStepHeight === 0) return false;
    const isBeyondFunds = (off: bigint) => {
      const owed = -markToMarketUusd - off;
      const parts = owed > 0n ? [...all.split(account, owed, quotes)] : [];
      return parts.some(([id, uusd]) => uusd > all.model.funds.of(id).payable(quotes.timeMs));
    };
    return all.goesOn(account.id, isBeyondFunds, end, DELEVERAGING);
  }

  /** A debt with nothing behind it: the funds pay it, then gains in the same underlying. */
  #cover(account: Account, end: BlockEnd, bounds: Bounds): void {
    const all = this.#all;
    const own = account.liquidation!;
    const before = bounds.looks;
    for (const [id, uusd] of all.split(account, -account.cashUusd, end.quotes)) {
      const left = uusd - takeFromFund(all, account, id, uusd, end);
      const since = end.height - own.lastStepHeight;
      const maySince = own.lastStepHeight === 0 || since >= Number(all.schedule.fast);
      const isMuch = left > DUST_UUSD && bounds.looks > 0;
      const mayAct = end.isSettledIn(id) && !all.model.disabled.has(id);
      if (isMuch && maySince && mayAct) this.#share(account, id, left, end, bounds);
    }
    if (bounds.looks < before) own.lastStepHeight = end.height;
    if (account.cashUusd >= 0n) this.#released(account, end);
  }

  /** From unrealised gains in proportion, and no cash below 0. */
  #share(account: Account, id: number, loss: bigint, end: BlockEnd, bounds: Bounds): void {
    const { quotes, told } = end;
    const gainers: (readonly [Account, bigint])[] = [];
    for (const other of byId(this.#all.model.accounts.values())) {
      let gain = 0n;
      for (const [seriesId, quantity] of other.positions) {
        const series = quotes.series(seriesId);
        if (series.underlyingId !== id) continue;
        bounds.looks--;
        if (!quotes.trades(series)) continue;
        gain += (quantity * markUusd(quotes, series)) / UNITS - other.costs.get(seriesId)!;
      }
      const takes = least(gain, this.#all.model.spareCash(other, quotes));
      if (takes > 0n && other.liquidation === null) gainers.push([other, takes]);
    }
    const weights = gainers.map(([, takes]) => takes);
    const sum = weights.reduce((all, takes) => all + takes, 0n);
    shared(least(loss, sum), weights).forEach((uusd, i) => {
      if (uusd === 0n) return;
      const payer = gainers[i]![0];
      const { of } = told.take('loss_shared', account.id);
      agree(of('payer') === payer.owner, `${of('payer')} shares a loss, not ${payer.owner}`);
      // The cash that can be spared is a sum of doubles, so the weights are.
      const said = BigInt(of('amount_uusd'));
      agree(isClose(said, uusd), `${payer.owner} shares ${said}, by the rules ${uusd}`);
      payer.cashUusd -= said;
      account.cashUusd += said;
      this.#tally.lossesShared++;
    });
  }
}

const byId = (accounts: Iterable<Account>): Account[] =>
  [...accounts].sort((a, b) => Number(a.id - b.id));
