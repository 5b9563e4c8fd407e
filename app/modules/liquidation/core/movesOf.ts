import {
  CENT_UUSD,
  UNITS_PER_CONTRACT,
  absolute,
  ceilDiv,
  minOf,
} from '../../options/core/index.ts';
import { closeable, sliceOf } from './sliceOf.ts';
import type { Cut, Holding, Leg, LegOrder, Move, ReductionRules } from './types.ts';

/**
 * Moves that raise the net maintenance margin of an account, in the order in which to try them:
 * shorts bought back by themselves, the largest gain first; then longs sold by themselves; then,
 * where the legs hedge each other so that closing one alone would lower the margin, a short
 * together with the long nearest to it, and a slice of the whole expiry.
 *
 * At marks without arbitrage the slice of a whole expiry always gains in the standard mode: what
 * the expiry is worth is at least what it can lose. In the portfolio mode expiries hedge one
 * another, and it is the slice of the whole account that always gains.
 * Lazy: what is not asked for is not computed.
 */
export function* movesOf(holdings: readonly Holding[], rules: ReductionRules): Generator<Move> {
  const sized = holdings.map((holding) => new Sizing(holding, rules));
  yield* ranked(sized.flatMap((s) => s.singles(isShort)));
  yield* ranked(sized.flatMap((s) => s.singles(isLong)));
  yield* ranked(sized.flatMap((s) => [...s.pairs(), ...s.whole()]));
}

const isShort = (leg: Leg): boolean => leg.option.quantity < 0;
const isLong = (leg: Leg): boolean => leg.option.quantity > 0;
const sizeOf = (leg: Leg): bigint => absolute(BigInt(leg.option.quantity));

function ranked(moves: (Move | undefined)[]): Move[] {
  return moves
    .filter((move) => move !== undefined)
    .sort((a, b) => {
      if (a.gainUusd !== b.gainUusd) return a.gainUusd > b.gainUusd ? -1 : 1;
      const [x, y] = [a.orders[0]!.seriesId, b.orders[0]!.seriesId];
      return x === y ? a.orders.length - b.orders.length : x < y ? -1 : 1;
    });
}

/** Sizes and prices the moves of one expiry. */
class Sizing {
  readonly #holding: Holding;
  readonly #rules: ReductionRules;
  readonly #requirementUusd: bigint;

  constructor(holding: Holding, rules: ReductionRules) {
    this.#holding = holding;
    this.#rules = rules;
    this.#requirementUusd = holding.requirementAfter([]);
  }

  singles(isWanted: (leg: Leg) => boolean): (Move | undefined)[] {
    const { slicePpm } = this.#rules;
    if (this.#holding.isWhole) return [];
    return this.#holding.legs.map((leg, i) => {
      if (!leg.isTradable || !isWanted(leg)) return undefined;
      const slice = sliceOf(sizeOf(leg), leg.lot, slicePpm);
      if (this.#holding.isPortfolio) return this.#largestThatGains(i, slice);
      const spare = isLong(leg) ? this.#spareOf(leg) : 0n;
      const move = this.#move([[i, slice]]);
      return move ?? (spare > 0n && spare < slice ? this.#move([[i, spare]]) : undefined);
    });
  }

  /** A portfolio's gain is concave in what is closed of a leg: halves are tried down to a lot. */
  #largestThatGains(i: number, slice: bigint): Move | undefined {
    const { lot, option } = this.#holding.legs[i]!;
    const held = absolute(BigInt(option.quantity));
    for (let wanted = slice; ; wanted /= 2n) {
      const quantity = closeable(held, lot, wanted);
      const move = this.#move([[i, quantity]]);
      if (move !== undefined || quantity <= lot || wanted <= 1n) return move;
    }
  }

  /** Whole lots by which the longs of a leg's kind are more than the shorts that they cover. */
  #spareOf({ lot, option: { isCall } }: Leg): bigint {
    let netQuantity = 0n;
    for (const { option } of this.#holding.legs) {
      if (option.isCall === isCall) netQuantity += BigInt(option.quantity);
    }
    return netQuantity > 0n ? netQuantity - (netQuantity % lot) : 0n;
  }

  /** Each short with the long of its kind at the nearest strike, in equal sizes. */
  pairs(): (Move | undefined)[] {
    const { legs } = this.#holding;
    if (this.#rules.maxOrders < 2) return [];
    return legs.map((short, i) => {
      if (!short.isTradable || !isShort(short)) return undefined;
      const j = this.#partnerOf(short);
      if (j === -1) return undefined;
      const long = legs[j]!;
      const slice = sliceOf(sizeOf(short), short.lot, this.#rules.slicePpm);
      const quantity = minOf(slice, sizeOf(long));
      return this.#move([
        [i, quantity],
        [j, quantity],
      ]);
    });
  }

  #partnerOf({ option: { isCall, strike } }: Leg): number {
    let nearest = -1;
    let distance = Infinity;
    for (const [j, leg] of this.#holding.legs.entries()) {
      if (!leg.isTradable || !isLong(leg) || leg.option.isCall !== isCall) continue;
      const away = Math.abs(leg.option.strike - strike);
      if (away < distance) [nearest, distance] = [j, away];
    }
    return nearest;
  }

  /** A slice of all legs; undefined when one cannot trade or they are too many. */
  whole(): (Move | undefined)[] {
    const { legs, isPortfolio } = this.#holding;
    const { maxOrders, slicePpm } = this.#rules;
    // What is worth nothing lends nothing to a portfolio, and nobody bids for it.
    const isLeftOut = (leg: Leg) => isPortfolio && isLong(leg) && leg.markUusd < CENT_UUSD;
    const wanted = [...legs.keys()].filter((i) => !isLeftOut(legs[i]!));
    if (wanted.length < 2 || wanted.length > maxOrders) return [];
    if (!wanted.every((i) => legs[i]!.isTradable)) return [];
    // Shorts first: an account that keeps only longs for a moment risks nothing.
    const order = wanted.sort(
      (a, b) => Number(isLong(legs[a]!)) - Number(isLong(legs[b]!)) || a - b,
    );
    const cut = order.map((i) => [i, sliceOf(sizeOf(legs[i]!), legs[i]!.lot, slicePpm)] as const);
    return [this.#move(cut)];
  }

  /**
   * The move of a cut, made smaller when less than it is needed; undefined when it does not help.
   */
  #move(full: Cut): Move | undefined {
    const { shortfallUusd } = this.#rules;
    const gainUusd = this.#gain(full);
    const netUusd = gainUusd - this.#fees(full);
    if (netUusd > shortfallUusd) {
      const cut = this.#shrunk(full, shortfallUusd, netUusd);
      const move = this.#priced(cut, this.#gain(cut));
      if (move !== undefined) return move;
    }
    return this.#priced(full, gainUusd);
  }

  #shrunk(full: Cut, wantedUusd: bigint, netUusd: bigint): Cut {
    return full.map(([i, quantity]) => {
      const { lot } = this.#holding.legs[i]!;
      const wanted = ceilDiv(quantity * wantedUusd, netUusd);
      return [i, closeable(quantity, lot, wanted)] as const;
    });
  }

  /** What the fees take of the gain at the most. */
  #fees(cut: Cut): bigint {
    let feesUusd = 0n;
    for (const [i, quantity] of cut) {
      feesUusd += ceilDiv(quantity * this.#holding.legs[i]!.feeUusd, UNITS_PER_CONTRACT);
    }
    return feesUusd;
  }

  /** By how much the net maintenance margin rises when the cut trades at the marks. */
  #gain(cut: Cut): bigint {
    let cashUusd = 0n;
    for (const [i, quantity] of cut) {
      const leg = this.#holding.legs[i]!;
      const valueUusd = quantity * leg.markUusd;
      cashUusd += isShort(leg)
        ? -ceilDiv(valueUusd, UNITS_PER_CONTRACT)
        : valueUusd / UNITS_PER_CONTRACT;
    }
    return cashUusd + this.#requirementUusd - this.#holding.requirementAfter(cut);
  }

  /**
   * The move of a cut that gains more than its fees. It may give away its share of the concession,
   * and no more than it gains; each of its orders an equal part of that.
   */
  #priced(cut: Cut, gainUusd: bigint): Move | undefined {
    const { concessionUusd, wholeGainUusd } = this.#rules;
    const netUusd = gainUusd - this.#fees(cut);
    if (netUusd <= 0n) return undefined;
    const shareUusd =
      gainUusd < wholeGainUusd ? (gainUusd * concessionUusd) / wholeGainUusd : concessionUusd;
    const eachUusd = minOf(netUusd, shareUusd) / BigInt(cut.length);
    const orders = cut.map(([i, quantity]) => orderOf(this.#holding.legs[i]!, quantity, eachUusd));
    // Below a cent there is no price to bid.
    return orders.some(({ priceUusd }) => priceUusd < CENT_UUSD) ? undefined : { orders, gainUusd };
  }
}

/** Limited to this far from the mark in all, to a cent, and to the band. */
function orderOf(leg: Leg, quantity: bigint, slackUusd: bigint): LegOrder {
  const { seriesId, markUusd, lowUusd, highUusd } = leg;
  const awayUusd = (slackUusd * UNITS_PER_CONTRACT) / quantity;
  if (isShort(leg)) {
    return { seriesId, isBuy: true, quantity, priceUusd: minOf(markUusd + awayUusd, highUusd) };
  }
  const floor = lowUusd > CENT_UUSD ? lowUusd : CENT_UUSD;
  const least = markUusd - awayUusd;
  return { seriesId, isBuy: false, quantity, priceUusd: least > floor ? least : floor };
}
