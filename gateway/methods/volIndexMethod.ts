import { underlyingsOf } from '../market/select.ts';
import { VOL_RESOLUTIONS, joinCandles } from '../market/volIndex.ts';
import type { Method } from '../rpc/method.ts';
import { badParam } from '../rpc/rpcError.ts';

/** As many as an answer has; the ones before them come with its continuation. */
export const MOST_VOL_CANDLES = 1_000;

export const getVolatilityIndexData: Method = {
  differs:
    'of an indexer (--history) and as seen since the start; a candle is there where the index was',
  async run({ market, history }, params) {
    const [underlying] = underlyingsOf(market, params.text('currency', 16));
    const [fromMs, toMs] = [params.time('start_timestamp'), params.time('end_timestamp')];
    if (toMs < fromMs) throw badParam('end_timestamp', 'is before start_timestamp');
    const resolution = params.oneOf('resolution', Object.keys(VOL_RESOLUTIONS));
    if (underlying === undefined) return { data: [], continuation: null };
    const [seconds, name] = VOL_RESOLUTIONS[resolution]!;
    const span = { fromMs, toMs: Math.min(toMs, market.timeMs) };
    // One more than fits says whether there are others.
    const kept = await history?.volCandles(underlying, name, span, MOST_VOL_CANDLES + 1);
    const seen = market.volIndexSeen(underlying).candles(seconds, span.fromMs, span.toMs);
    // An indexer looks once in a while: what was told since is known here.
    const candles = joinCandles(kept ?? [], seen);
    const data = candles.slice(-MOST_VOL_CANDLES);
    return { data, continuation: candles.length > data.length ? data[0]![0] - 1 : null };
  },
};
