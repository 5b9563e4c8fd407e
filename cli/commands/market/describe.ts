import { BookLevels, Level } from '../../../proto/gen/tenor.clob.v1.ts';
import { Mark } from '../../../proto/gen/tenor.margin.v1.ts';
import { OptionKind, Series } from '../../../proto/gen/tenor.options.v1.ts';
import { formatPrice, formatQuantity, formatUsd } from '../../amounts.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';
import { colored } from '../oracle/describe.ts';
import type { Top } from '../series.ts';

export const NONE = '–';

/** A series with its prices, for programs. */
export function seriesJson(series: Series, mark: Mark | undefined, top: Top | undefined) {
  const level = (found: Level | null | undefined) =>
    found === null || found === undefined ? null : messageJson(Level, found);
  return {
    ...messageJson(Series, series),
    underlying: underlyingOf(series.symbol),
    mark: mark === undefined ? null : messageJson(Mark, mark),
    bid: level(top?.bid),
    ask: level(top?.ask),
    ...(top?.levels === undefined ? {} : { levels: messageJson(BookLevels, top.levels) }),
  };
}

export const underlyingOf = (symbol: string): string => symbol.split('-')[0]!;

export const kindOf = ({ kind }: Pick<Series, 'kind'>): string =>
  kind === OptionKind.OPTION_KIND_CALL ? 'call' : 'put';

/** Marks are not on the tick: cents are enough for people. */
export const markText = (mark: Mark | undefined): string =>
  mark?.markUusd === undefined ? NONE : formatUsd(mark.markUusd);

export const priceText = (level: Level | null | undefined): string =>
  level === null || level === undefined ? NONE : formatPrice(level.priceUusd);

/** The best price, and the size behind it as far as levels were asked for: `1,205.00 ×3.5`. */
export const depthText = (
  best: Level | null | undefined,
  levels: readonly Level[] | undefined,
): string =>
  levels === undefined || levels.length === 0
    ? priceText(best)
    : `${priceText(best)} ×${formatQuantity(levels.reduce((sum, l) => sum + l.quantity, 0n))}`;

/** `54.3%`. A mark without a surface behind it has no volatility. */
export const volText = (mark: Mark | undefined): string =>
  mark?.vol === undefined ? NONE : `${(mark.vol * 100).toFixed(1)}%`;

/** `live, 0.4 s old`: how what a mark rests on stands, and how long ago the sources saw it. */
export function standingText(color: Output['color'], mark: Mark | undefined): string {
  if (mark === undefined) return color.red('no prices');
  const { status, ageMs } = mark;
  const age = ageMs === undefined ? '' : `, ${(Number(ageMs) / 1_000).toFixed(1)} s old`;
  return `${colored(color, status, enumName(FeedStatus, status))}${age}`;
}

/** A Greek over a divisor that makes it a person's unit. */
export const greekText = (value: number | undefined, places: number, divisor = 1): string =>
  value === undefined ? NONE : (value / divisor).toFixed(places);

/** `2026-12-27 08:00 UTC` */
export const timeText = (seconds: bigint): string =>
  `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `5 d`, `3 h`, `12 min`: how far a time is from another, in milliseconds. */
export function spanText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
