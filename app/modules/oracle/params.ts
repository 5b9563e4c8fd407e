import { Params as Message } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Params } from '../../runtime/params.ts';
import { MAX_CARRIED_BYTES } from './votes/inject.ts';

export const params = new Params<Message>('oracle', Message, (p) => {
  if (p.quorumPpm < 500_000 || p.quorumPpm > 1_000_000) return 'quorumPpm: 500000 to 1000000';
  if (p.maxExtensionBytes < 64 || p.maxExtensionBytes > MAX_CARRIED_BYTES) {
    return `maxExtensionBytes: 64 to ${MAX_CARRIED_BYTES}`;
  }
  if (p.staleAfterMs < 1_000n || p.haltAfterMs <= p.staleAfterMs) {
    return 'staleAfterMs: at least 1000, and below haltAfterMs';
  }
  if (p.outlierPpm < 100) return 'outlierPpm: at least 100';
  if (p.feeds.length === 0 || p.feeds.length > 32) return 'feeds: 1 to 32';
  for (const [i, feed] of p.feeds.entries()) {
    if (!/^[A-Z0-9]{2,10}$/.test(feed.underlying)) return `feeds: ${feed.underlying} is no symbol`;
    if (feed.underlyingId <= (p.feeds[i - 1]?.underlyingId ?? 0)) return 'feeds: ascending ids';
    if (p.feeds.findIndex((f) => f.underlying === feed.underlying) !== i) {
      return `feeds: ${feed.underlying} is there twice`;
    }
  }
  return null;
});

export const defaultOracleParams: Message = {
  quorumPpm: 666_667,
  maxExtensionBytes: 512,
  staleAfterMs: 10_000n,
  haltAfterMs: 60_000n,
  outlierPpm: 10_000,
  freshNeeded: 5,
  feeds: [
    { underlyingId: 1, underlying: 'BTC' },
    { underlyingId: 2, underlying: 'ETH' },
  ],
};
