import type { SeriesTerms } from '../accounts/index.ts';
import { assert } from '../../lib/assert.ts';
import { parseSymbol } from '../options/core/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import { infos } from './state.ts';

/** An expired book is purged over several blocks: then its name tells what its series was. */
export function termsOf(view: View, id: bigint): SeriesTerms {
  const series = seriesById(view, id);
  if (series !== undefined) return series;
  const { symbol, underlyingId, expirySeconds } = infos.must(view, id);
  const name = parseSymbol(symbol);
  assert(name !== null, `${symbol} names no series`);
  return { id, underlyingId, expirySeconds, strikeUusd: name.strikeUusd, kind: name.kind };
}
