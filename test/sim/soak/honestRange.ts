import { FeederReport } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { SeenPrice, SeenSmile, UnderlyingView } from '../../../proto/gen/tenor.oracle.v1.ts';
import { FeedKind } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedState, Price } from '../../../proto/gen/tenor.oracle.v1.ts';

/** A vote rounds prices down by a millionth at most (ADR 026); forwards by it twice. */
const ROUNDING = 2e-6;
/** And ages up, by the step of the older ones. */
const AGE_STEP_MS = 5_000;

/** What honest validators said before a block, of which its outputs must not lie outside. */
export class HonestRange {
  readonly #reports: readonly FeederReport[];

  constructor(reports: readonly Uint8Array[]) {
    this.#reports = reports.map((bytes) => FeederReport.decode(bytes));
  }

  /** What of an index that this block changed is outside; null when nothing is. */
  ofIndex(price: Price): string | null {
    const said = this.#underlyings(price.underlyingId).map(({ index }) => index);
    const name = `index ${price.underlyingId}`;
    const { indexUusd, timeMs, seenMs } = price;
    return wrongPrice(name, { value: Number(indexUusd), ageMs: Number(timeMs - seenMs) }, said);
  }

  /** The same of any other feed. */
  ofFeed({ kind, id, expirySeconds, priceUusd, volsBp, timeMs, seenMs }: FeedState): string | null {
    const output = { value: Number(priceUusd), ageMs: Number(timeMs - seenMs) };
    const name = `feed ${kind}/${id}/${expirySeconds}`;
    if (kind === FeedKind.FEED_KIND_STABLECOIN) {
      const coins = this.#reports.flatMap(({ stablecoins }) => stablecoins);
      const own = coins.filter(({ stablecoinId }) => stablecoinId === id);
      return wrongPrice(
        name,
        output,
        own.map(({ price }) => price),
      );
    }
    const expiries = this.#underlyings(id)
      .flatMap((view) => view.expiries)
      .filter((view) => view.expirySeconds === expirySeconds);
    if (kind === FeedKind.FEED_KIND_FORWARD) {
      return wrongPrice(
        name,
        output,
        expiries.map(({ forward }) => forward),
      );
    }
    return wrongSmile(
      name,
      volsBp,
      output.ageMs,
      expiries.map(({ smile }) => smile),
    );
  }

  #underlyings(id: number): UnderlyingView[] {
    return this.#reports
      .flatMap(({ underlyings }) => underlyings)
      .filter(({ underlyingId }) => underlyingId === id);
  }
}

interface Output {
  readonly value: number;
  readonly ageMs: number;
}

function wrongPrice(
  name: string,
  { value, ageMs }: Output,
  all: readonly (SeenPrice | undefined)[],
): string | null {
  const said = all.filter((seen) => seen !== undefined);
  if (said.length === 0) return `${name}: a quorum without an honest validator`;
  const prices = said.map(({ priceUusd }) => Number(priceUusd));
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  if (value < low * (1 - ROUNDING) - 1 || value > high * (1 + ROUNDING)) {
    return `${name}: ${value} is outside ${low} to ${high}`;
  }
  return wrongAge(name, ageMs, said);
}

function wrongSmile(
  name: string,
  volsBp: readonly number[],
  ageMs: number,
  all: readonly (SeenSmile | undefined)[],
): string | null {
  const said = all.filter((seen) => seen !== undefined);
  if (said.length === 0) return `${name}: a quorum without an honest validator`;
  for (const [node, vol] of volsBp.entries()) {
    const vols = said.map((smile) => smile.volsBp[node]!);
    const [low, high] = [Math.min(...vols), Math.max(...vols)];
    if (vol < low || vol > high) return `${name}[${node}]: ${vol} is outside ${low} to ${high}`;
  }
  return wrongAge(name, ageMs, said);
}

function wrongAge(
  name: string,
  ageMs: number,
  said: readonly { readonly ageMs: number }[],
): string | null {
  const ages = said.map((seen) => seen.ageMs);
  const [low, high] = [Math.min(...ages), Math.max(...ages) + AGE_STEP_MS];
  if (ageMs >= low && ageMs <= high) return null;
  return `${name}: an age of ${ageMs} ms is outside ${low} to ${high}`;
}
