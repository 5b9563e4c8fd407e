import type { ExpiryPart } from './expiryPart.ts';
import { dearestOf, portfolioQuoteReserve, standardQuoteReserve } from './quoteReserve.ts';
import type { ExpiryQuotes, QuotedStandard, UnitCosts } from './quoteReserve.ts';
import type { GridUnderlyingFactors } from './scenarioGrid.ts';
import type { StandardShare } from './standardShare.ts';
import type { StandardParams } from './types.ts';

/** What an account holds and orders at one expiry; each part made when it is asked for. */
export interface HeldExpiry {
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly standard: StandardShare;
  readonly portfolio: { readonly part: ExpiryPart };
}

/** What a group quotes at one expiry, likewise. */
export interface QuotedExpiryParts {
  readonly expirySeconds: bigint;
  readonly forward: number;
  readonly settlementFeePerUnit: number;
  /** Of its forward and volatilities. */
  readonly confidence: number;
  readonly standard: ExpiryQuotes;
  readonly portfolio: UnitCosts & { readonly factors: GridUnderlyingFactors };
}

/** A group that quotes, with the expiries it quotes: at least one. */
export interface Quoting<Q extends QuotedExpiryParts = QuotedExpiryParts> {
  readonly underlyingId: number;
  /** What can fill, 1e-4 contracts. */
  readonly quantity: number;
  readonly expiries: readonly Q[];
}

/** What an underlying is judged by in standard mode. */
export interface QuotedMarket {
  readonly index: number;
  readonly confidence: number;
  readonly params: StandardParams;
}

/**
 * The initial margin that groups of quotes reserve beside what the account holds and orders, uusd,
 * rounded up. Each fill's fee rounds up by less than a unit, and is for one 1e-4 contract at least.
 *
 * @param marketOf standard mode alone asks for it
 */
export function quotesReserve(
  isPortfolio: boolean,
  held: readonly HeldExpiry[],
  groups: readonly Quoting[],
  marketOf: (underlyingId: number) => QuotedMarket,
  collateralPrice: number,
): bigint {
  let reserve = 0;
  let most = 0;
  const ids = [...new Set(groups.map(({ underlyingId }) => underlyingId))].sort((a, b) => a - b);
  for (const id of ids) {
    const own = held.filter(({ underlyingId }) => underlyingId === id);
    const of = groups.filter(({ underlyingId }) => underlyingId === id);
    for (const { quantity } of of) most += quantity;
    reserve += isPortfolio
      ? portfolioReserve(own, of, collateralPrice)
      : standardReserve(marketOf(id), own, of, collateralPrice);
  }
  return groups.length === 0 ? 0n : BigInt(Math.ceil(reserve)) + BigInt(most);
}

function standardReserve(
  market: QuotedMarket,
  held: readonly HeldExpiry[],
  groups: readonly Quoting[],
  collateralPrice: number,
): number {
  const all = new Map<bigint, QuotedExpiryParts>();
  for (const { expiries } of groups) {
    for (const expiry of expiries) all.set(expiry.expirySeconds, expiry);
  }
  const seconds = [...all.keys()].sort((a, b) => (a < b ? -1 : 1));
  const expiries = seconds.map((at): QuotedStandard => {
    const { forward, settlementFeePerUnit, confidence } = all.get(at)!;
    const share = held.find(({ expirySeconds }) => expirySeconds === at)?.standard;
    const quotes = groups.map(
      (group) => group.expiries.find(({ expirySeconds }) => expirySeconds === at)?.standard,
    );
    return { share, forward, settlementFeePerUnit, confidence, quotes };
  });
  const quantities = groups.map(({ quantity }) => quantity);
  return standardQuoteReserve(market, expiries, quantities, collateralPrice);
}

function portfolioReserve(
  held: readonly HeldExpiry[],
  groups: readonly Quoting[],
  collateralPrice: number,
): number {
  const units = groups.map(({ expiries, quantity }) => ({
    unit: dearestOf(expiries.map((expiry) => expiry.portfolio)),
    quantity,
  }));
  const parts = held.map(({ portfolio }) => portfolio.part);
  const { factors } = groups[0]!.expiries[0]!.portfolio;
  return portfolioQuoteReserve(factors, parts, units, collateralPrice);
}
