import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { black76Price, settlementTerms } from '../../../lib/math/index.ts';
import { instrumentOf, isInstrument } from './instrumentOf.ts';
import type { Instrument, InstrumentMarket, InstrumentTerms } from './instrument.ts';

const USD = 1_000_000n;
const call = { kind: OptionKind.OPTION_KIND_CALL, strikeUusd: 64_000n * USD };
const put = { ...call, kind: OptionKind.OPTION_KIND_PUT };
const DAY = 86_400;

function market(over: Partial<InstrumentMarket> = {}): InstrumentMarket {
  const average = { windowSeconds: 1800, weightedSum: 0, weightSeconds: 0 };
  const terms = settlementTerms({ secondsToExpiry: 30 * DAY, ...average });
  return {
    index: 64_000,
    forward: 64_500,
    settlement: undefined,
    terms,
    volAt: () => 0.6,
    ...over,
  };
}

const markOf = (terms: InstrumentTerms, over?: Partial<InstrumentMarket>) =>
  instrumentOf(terms).mark(terms, market(over));

describe('an option as an instrument', () => {
  test('pays its intrinsic value', () => {
    expect(instrumentOf(call).payoff(call, 65_000n * USD)).toBe(1_000n * USD);
    expect(instrumentOf(put).payoff(put, 65_000n * USD)).toBe(0n);
    expect(instrumentOf(put).payoff(put, 63_000n * USD)).toBe(1_000n * USD);
  });

  test('is paid for in full when it trades', () => {
    expect(instrumentOf(call).premium(1_250n * USD, 5_000n)).toBe(625n * USD);
    expect(() => instrumentOf(call).premium(1n, 1n)).toThrow('a premium between two uusd');
  });

  test('is marked by forward and volatility, and parity holds at the marks', () => {
    const [c, p] = [markOf(call), markOf(put)];
    expect(c.vol).toBe(0.6);
    expect(c.mark - p.mark).toBeCloseTo(500, 6);
    const variance = 0.36 * market().terms.varianceYears;
    expect(p.mark).toBeCloseTo(black76Price(false, 64_500, 64_000, variance), 6);
    expect(p.mark).toBeGreaterThan(4_000);
  });

  test('is marked at its intrinsic value once settled, and without a surface', () => {
    expect(markOf(call, { settlement: 66_000 })).toEqual({ mark: 2_000, vol: 0 });
    expect(markOf(call, { volAt: () => undefined })).toEqual({ mark: 500, vol: undefined });
    expect(markOf(put, { volAt: () => undefined })).toEqual({ mark: 0, vol: undefined });
  });

  test('asks the surface for its own strike', () => {
    const asked: number[] = [];
    markOf(put, { volAt: (strike) => asked.push(strike) && 0.5 });
    expect(asked).toEqual([64_000]);
  });

  test('is margined as what it is', () => {
    expect(instrumentOf(put).requirement(put)).toEqual({
      leg: 'option',
      isCall: false,
      strike: 64_000,
    });
  });

  test('has the Greeks of its side', () => {
    const greeks = (terms: InstrumentTerms) => instrumentOf(terms).greeks(terms, market(), 0.6);
    expect(greeks(call).delta - greeks(put).delta).toBeCloseTo(1, 9);
    expect(greeks(call).vega).toBeCloseTo(greeks(put).vega, 9);
  });
});

describe('an instrument', () => {
  test('of no known kind is none', () => {
    const none = { kind: OptionKind.OPTION_KIND_NONE };
    expect(isInstrument(none)).toBe(false);
    expect(isInstrument(call)).toBe(true);
    expect(() => instrumentOf(none)).toThrow('no instrument of kind 0');
  });

  /** What ADR 074 says a future would be; its leg of the risk core is `FutureLeg`. */
  const future: Omit<Instrument, 'greeks' | 'requirement'> = {
    payoff: (_, settlementUusd) => settlementUusd,
    premium: () => 0n,
    mark: (_, { settlement, forward }) => ({ mark: settlement ?? forward, vol: 0 }),
  };

  test('fits a future: call less put at one strike is the future less the strike', () => {
    const cents = fc.bigInt({ min: 1n, max: 10n ** 8n }).map((c) => c * 10_000n);
    fc.assert(
      fc.property(cents, cents, (strikeUusd, at) => {
        const [c, p] = [
          { ...call, strikeUusd },
          { ...put, strikeUusd },
        ];
        const options = instrumentOf(c).payoff(c, at) - instrumentOf(p).payoff(p, at);
        expect(options).toBe(future.payoff(call, at) - strikeUusd);
      }),
    );
    const marks = markOf(call).mark - markOf(put).mark;
    expect(marks).toBeCloseTo(future.mark(call, market()).mark - 64_000, 6);
  });
});
