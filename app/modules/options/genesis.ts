import { ExpiryStatus, GenesisState } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series } from '../../../proto/gen/tenor.options.v1.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { GenesisSpec } from '../../runtime/module.ts';
import { formatSymbol, isInstrument } from './core/index.ts';
import { params, wrongParams } from './params.ts';
import { saveExpiry, saveNewSeries } from './records.ts';
import * as state from './state.ts';

const {
  EXPIRY_STATUS_AWAITING_PRICE,
  EXPIRY_STATUS_SETTLED,
  EXPIRY_STATUS_SETTLING,
  EXPIRY_STATUS_TRADING,
} = ExpiryStatus;

/** What is wrong with a genesis, or null. */
export function wrongGenesis(genesis: GenesisState): string | null {
  if (genesis.params === undefined) return 'params: missing';
  const wrong = wrongParams(genesis.params);
  if (wrong !== null) return `params: ${wrong}`;
  const symbols = new Map(genesis.params.underlyings.map((u) => [u.id, u.symbol]));
  const open = new Map(genesis.expiries.map((e) => [`${e.underlyingId}/${e.expirySeconds}`, e]));
  if (open.size < genesis.expiries.length) return 'expiries: listed twice';
  const unknown = genesis.expiries.find((e) => !symbols.has(e.underlyingId));
  if (unknown !== undefined) return `expiries: underlying ${unknown.underlyingId} is unknown`;
  for (const expiry of genesis.expiries) {
    const bad = wrongExpiry(expiry);
    if (bad !== null) return `expiry ${expiry.underlyingId}/${expiry.expirySeconds}: ${bad}`;
  }
  const bare = genesis.settledDays.find((d) => !symbols.has(d.underlyingId) || !d.prices);
  if (bare !== undefined) return `settled_days: ${bare.day} has no prices or no underlying`;
  if (new Set(genesis.series.map((s) => s.symbol)).size < genesis.series.length) {
    return 'series: listed twice';
  }
  for (const found of genesis.series) {
    const bad = wrongSeries(found, symbols, open, genesis.nextSeriesId);
    if (bad !== null) return `series ${found.symbol}: ${bad}`;
  }
  const bad = genesis.samples.find((s) => !open.has(`${s.underlyingId}/${s.expirySeconds}`));
  return bad === undefined ? null : `samples: no expiry at ${bad.expirySeconds}`;
}

/** What the end of an expiry rests on, and would stop the chain there if it were missing. */
function wrongExpiry(expiry: Expiry): string | null {
  const { status, settlementUusd, settledHeight } = expiry;
  if (status === EXPIRY_STATUS_TRADING || status === EXPIRY_STATUS_AWAITING_PRICE) return null;
  if (status !== EXPIRY_STATUS_SETTLING && status !== EXPIRY_STATUS_SETTLED) {
    return 'its status is not known';
  }
  if (settlementUusd === undefined) return 'it has no settlement price';
  const isOver = status === EXPIRY_STATUS_SETTLED;
  return isOver && settledHeight === undefined ? 'it has no height of its settlement' : null;
}

function wrongSeries(
  found: Series,
  symbols: ReadonlyMap<number, string>,
  open: ReadonlyMap<string, Expiry>,
  nextId: bigint,
): string | null {
  const underlying = symbols.get(found.underlyingId);
  if (underlying === undefined) return `underlying ${found.underlyingId} is unknown`;
  if (found.id === 0n || found.id >= nextId) return 'its id is from 1 to below next_series_id';
  if (!isInstrument(found)) return 'its kind is not known';
  if (formatSymbol({ ...found, underlying }) !== found.symbol) return 'its symbol says otherwise';
  const expiry = open.get(`${found.underlyingId}/${found.expirySeconds}`);
  if (expiry === undefined) return 'its expiry is missing';
  return expiry.status === EXPIRY_STATUS_SETTLED ? 'its expiry is settled' : null;
}

export const genesis: GenesisSpec = genesisOf<GenesisState>({
  codec: GenesisState,
  check: wrongGenesis,
  init(ctx, given) {
    params.set(ctx, given.params!);
    for (const expiry of given.expiries) saveExpiry(ctx, expiry);
    for (const found of given.series) saveNewSeries(ctx, found);
    for (const { underlyingId, expirySeconds, sample } of given.samples) {
      state.samples.set(ctx, [underlyingId, expirySeconds, sample!.timeMs], sample!);
    }
    state.nextSeriesId.set(ctx, given.nextSeriesId);
    for (const { underlyingId, day, prices } of given.settledDays) {
      state.settledPrices.set(ctx, [underlyingId, day], prices!);
    }
    for (const { underlyingId, minute } of given.deltaListings) {
      state.deltaListings.set(ctx, underlyingId, minute);
    }
  },
  export: (view) => ({
    params: params.get(view),
    series: [...state.series.entries(view)].map(([, found]) => found),
    expiries: [...state.expiries.entries(view)].map(([, expiry]) => expiry),
    samples: [...state.samples.entries(view)].map(([[underlyingId, expirySeconds], sample]) => ({
      underlyingId,
      expirySeconds,
      sample,
    })),
    settledDays: [...state.settledPrices.entries(view)].map(([[underlyingId, day], prices]) => ({
      ...{ underlyingId, day, prices },
    })),
    deltaListings: [...state.deltaListings.entries(view)].map(([underlyingId, minute]) => ({
      ...{ underlyingId, minute },
    })),
    nextSeriesId: state.nextSeriesId.must(view),
  }),
});
