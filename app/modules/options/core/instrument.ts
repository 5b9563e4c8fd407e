import type { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Black76, SettlementTerms } from '../../../lib/math/index.ts';

/** What a listed instrument says of itself. A series fits; a kind reads what it needs of it. */
export interface InstrumentTerms {
  readonly kind: OptionKind;
  /** A contract, a multiple of 0.01 USD. */
  readonly strikeUusd: bigint;
}

/** What an instrument is marked from: its expiry as the block sees it, in USD. */
export interface InstrumentMarket {
  readonly index: number;
  readonly forward: number;
  /** Present once the expiry is priced. */
  readonly settlement: number | undefined;
  readonly terms: SettlementTerms;
  /** Fractions a year; undefined when no surface is there. */
  readonly volAt: (strike: number) => number | undefined;
}

export interface InstrumentMark {
  /** USD a contract. */
  readonly mark: number;
  /** That it was made with; undefined when one was needed and not there. */
  readonly vol: number | undefined;
}

/** As which kind of leg of the risk core it is margined, and by which terms. Prices in USD. */
export interface RequirementTerms {
  readonly leg: 'option';
  readonly isCall: boolean;
  readonly strike: number;
}

/** One kind of instrument: all that differs between kinds, as pure functions of its terms. */
export interface Instrument {
  /** What a contract is worth at a settlement price, both in uusd and whole cents. */
  payoff(terms: InstrumentTerms, settlementUusd: bigint): bigint;
  /**
   * What a buyer pays the seller when it trades, in uusd, for a price a contract and a size in
   * 1e-4 contracts. Exact for whole cents.
   */
  premium(priceUusd: bigint, quantity: bigint): bigint;
  mark(terms: InstrumentTerms, market: InstrumentMarket): InstrumentMark;
  /** `vol` is its mark's. */
  greeks(terms: InstrumentTerms, market: Omit<InstrumentMarket, 'volAt'>, vol: number): Black76;
  requirement(terms: InstrumentTerms): RequirementTerms;
}
