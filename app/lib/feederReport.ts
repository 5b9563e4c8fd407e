import { CodecError } from '../../proto/codec.ts';
import {
  FeederReport,
  SourceState,
  SourceSubject,
  Venue,
} from '../../proto/gen/tenor.oracle.v1.ts';
import type {
  ExpiryView,
  SeenPrice,
  SeenSmile,
  SourceHealth,
  UnderlyingView,
} from '../../proto/gen/tenor.oracle.v1.ts';
import { FEEDER_REPORT_VERSION } from './feederProtocol.ts';
import { SURFACE_NODES } from './surfaceNodes.ts';

/** Bounds of what a feeder may say of one thing; the chain's own may be narrower. */
export const MAX_PRICE_UUSD = 1_000_000_000_000_000n;
export const MIN_VOL_BP = 100;
export const MAX_VOL_BP = 50_000;
const MAX_UNDERLYINGS = 32;
const MAX_EXPIRIES = 64;
const MAX_STABLECOINS = 8;
const MAX_SOURCES = 1_024;
const MAX_PPM = 1_000_000;
const MAX_TEXT = 200;

/** A report as encoded in a frame, or null when anything in it is out of order or bounds. */
export function readFeederReport(bytes: Uint8Array): FeederReport | null {
  let report: FeederReport;
  try {
    report = FeederReport.decode(bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
  return isValid(report) ? report : null;
}

function isValid({ version, underlyings, stablecoins, sources }: FeederReport): boolean {
  if (version !== FEEDER_REPORT_VERSION) return false;
  if (underlyings.length > MAX_UNDERLYINGS || stablecoins.length > MAX_STABLECOINS) return false;
  if (sources.length > MAX_SOURCES) return false;
  return (
    areRising(underlyings.map((u) => u.underlyingId)) &&
    areRising(stablecoins.map((s) => s.stablecoinId)) &&
    underlyings.every(isValidUnderlying) &&
    stablecoins.every(({ price }) => isValidPrice(price)) &&
    sources.every(isValidSource)
  );
}

/** Ids and times: above 0, each once, in order. */
const areRising = (values: readonly (number | bigint)[]): boolean =>
  values.every((value, i) => value > (values[i - 1] ?? 0));

function isValidUnderlying({ index, expiries }: UnderlyingView): boolean {
  if (!isValidPrice(index) || expiries.length > MAX_EXPIRIES) return false;
  return areRising(expiries.map((e) => e.expirySeconds)) && expiries.every(isValidExpiry);
}

const isValidExpiry = ({ forward, smile }: ExpiryView): boolean =>
  isValidPrice(forward) && isValidSmile(smile);

function isValidPrice(price: SeenPrice | undefined): boolean {
  if (price === undefined) return true;
  const { priceUusd, sources, dispersionPpm } = price;
  if (priceUusd <= 0n || priceUusd > MAX_PRICE_UUSD) return false;
  return sources > 0 && dispersionPpm <= MAX_PPM;
}

function isValidSmile(smile: SeenSmile | undefined): boolean {
  if (smile === undefined) return true;
  const { volsBp, sources, extrapolated } = smile;
  if (volsBp.length !== SURFACE_NODES.length || sources === 0) return false;
  if (extrapolated >= 1 << SURFACE_NODES.length) return false;
  return volsBp.every((vol) => vol >= MIN_VOL_BP && vol <= MAX_VOL_BP);
}

function isValidSource({ source, venue, subject, state, problem }: SourceHealth): boolean {
  if (source.length === 0 || source.length > MAX_TEXT || problem.length > MAX_TEXT) return false;
  return isOneOf(Venue, venue) && isOneOf(SourceSubject, subject) && isOneOf(SourceState, state);
}

const isOneOf = (values: Readonly<Record<string, number>>, value: number): boolean =>
  Object.values(values).includes(value);
