import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import { greeksAroundSettlement, priceAroundSettlement } from '../../../lib/math/index.ts';
import type {
  Instrument,
  InstrumentMark,
  InstrumentMarket,
  InstrumentTerms,
} from './instrument.ts';
import { UNITS_PER_CONTRACT } from './units.ts';

const USD = 1e6;

const isCall = ({ kind }: InstrumentTerms): boolean => kind === OptionKind.OPTION_KIND_CALL;
const strikeOf = ({ strikeUusd }: InstrumentTerms): number => Number(strikeUusd) / USD;

/** European, linear, settled in cash: max(S − K, 0) of a call, max(K − S, 0) of a put. */
export const option: Instrument = {
  payoff(terms, settlementUusd) {
    const { strikeUusd } = terms;
    const value = isCall(terms) ? settlementUusd - strikeUusd : strikeUusd - settlementUusd;
    return value > 0n ? value : 0n;
  },

  /** Paid in full. A cent times 1e-4 contract is 1 uusd. */
  premium(priceUusd, quantity) {
    const scaled = priceUusd * quantity;
    assert(scaled % UNITS_PER_CONTRACT === 0n, 'a premium between two uusd');
    return scaled / UNITS_PER_CONTRACT;
  },

  mark: markOf,

  greeks(terms, { forward, terms: settlement }, vol) {
    return greeksAroundSettlement(isCall(terms), forward, strikeOf(terms), vol, settlement);
  },

  requirement(terms) {
    return { leg: 'option', isCall: isCall(terms), strike: strikeOf(terms) };
  },
};

/** Black-76 on forward and surface; intrinsic once settled, and without a surface. */
function markOf(terms: InstrumentTerms, market: InstrumentMarket): InstrumentMark {
  const { forward, settlement } = market;
  const strike = strikeOf(terms);
  const call = isCall(terms);
  const intrinsicAt = (price: number) => Math.max(call ? price - strike : strike - price, 0);
  if (settlement !== undefined) return { vol: 0, mark: intrinsicAt(settlement) };
  const vol = market.volAt(strike);
  if (vol === undefined) return { vol, mark: intrinsicAt(forward) };
  return { vol, mark: priceAroundSettlement(call, forward, strike, vol, market.terms) };
}
