import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { View } from '../../runtime/context.ts';
import { checkSamples, settledDay, settlementPrice } from './core/index.ts';
import * as state from './state.ts';

const { EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_SETTLING } = ExpiryStatus;

/** Each returns null, or a sentence that says what is broken. */
export const invariants: Readonly<Record<string, (view: View) => string | null>> = {
  'every series has a live expiry and is found by symbol and expiry': (view) => {
    let count = 0;
    for (const [id, { symbol, underlyingId, expirySeconds }] of state.series.entries(view)) {
      const expiry = state.expiries.get(view, [underlyingId, expirySeconds]);
      if (expiry === undefined || expiry.status === EXPIRY_STATUS_SETTLED) {
        return `${symbol} has no live expiry`;
      }
      if (state.seriesIds.get(view, symbol) !== id) return `${symbol} is not found by its symbol`;
      if (!state.seriesByExpiry.has(view, [underlyingId, expirySeconds, id])) {
        return `${symbol} is not found by its expiry`;
      }
      count++;
    }
    const symbols = [...state.seriesIds.entries(view)].length;
    const indexed = [...state.seriesByExpiry.entries(view)].length;
    return symbols === count && indexed === count
      ? null
      : `${count} series, ${symbols} symbols, ${indexed} in expiries`;
  },

  'open interest of an underlying is the sum over its series': (view) => {
    const sums = new Map<number, bigint>();
    for (const [, { underlyingId, openInterest }] of state.series.entries(view)) {
      sums.set(underlyingId, (sums.get(underlyingId) ?? 0n) + openInterest);
    }
    for (const [id, total] of state.interest.entries(view)) {
      if (total !== (sums.get(id) ?? 0n)) return `underlying ${id}: ${total}, ${sums.get(id)!}`;
      sums.delete(id);
    }
    const unseen = [...sums].find(([, sum]) => sum !== 0n);
    return unseen === undefined ? null : `underlying ${unseen[0]}: 0 instead of ${unseen[1]}`;
  },

  'expiries that are not settled are the live ones': (view) => {
    let live = 0;
    for (const [[id, seconds], { status }] of state.expiries.entries(view)) {
      if (status === EXPIRY_STATUS_SETTLED) continue;
      if (!state.liveKeys.has(view, [seconds, id])) return `${id}/${seconds} is not live`;
      live++;
    }
    const keys = [...state.liveKeys.entries(view)].length;
    return keys === live ? null : `${keys} live keys, ${live} live expiries`;
  },

  'of an expiry there is either its record or its price, by time': (view) => {
    for (const [[id, day], { prices }] of state.settledPrices.entries(view)) {
      let last = -1n;
      for (const { expirySeconds } of prices) {
        const name = `${id}/${expirySeconds}`;
        if (settledDay(expirySeconds) !== day) return `${name} is kept under day ${day}`;
        if (expirySeconds <= last) return `${name} is not in its place`;
        if (state.expiries.has(view, [id, expirySeconds])) return `${name} is kept twice`;
        last = expirySeconds;
      }
    }
    return null;
  },

  'settlement prices are the averages of their samples': (view) => {
    for (const [, expiry] of state.expiries.entries(view)) {
      const { status, underlyingId, expirySeconds, weightedSum, coveredMs } = expiry;
      if (status === EXPIRY_STATUS_SETTLED) continue;
      const parts = state.expiryParts(underlyingId, expirySeconds);
      const taken = [...state.samples.under(view, parts)].map(([, sample]) => sample);
      const name = `${underlyingId}/${expirySeconds}`;
      const wrong = checkSamples(expiry, taken);
      if (wrong !== null) return `${name}: ${wrong}`;
      if (status !== EXPIRY_STATUS_SETTLING) continue;
      const average = settlementPrice(BigInt(weightedSum), coveredMs);
      if (expiry.settlementUusd !== average) return `${name}: wrong price`;
    }
    return null;
  },
};
