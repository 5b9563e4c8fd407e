import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { FEED_STATUSES } from '../describe.ts';
import { extended, int64, integer, list, nullable, object, oneOf, string } from './schema.ts';
import type { Messages, Schema } from './schema.ts';

const height = integer;
const statusName = oneOf(FEED_STATUSES);
const findings = list(oneOf(['none', 'missing', 'far', 'lagging', 'leaving_out']));

/** What `/tenor/v1/surface` and `/tenor/v1/oracle/…` answer with. */
export function oracleAnswers(messages: Messages): Readonly<Record<string, Schema>> {
  const kind = oneOf(['none', 'index', 'forward', 'surface', 'stablecoin']);
  const feedMembers = {
    ...{ kind, statusName, ageMs: int64, expirySeconds: nullable(int64), expiry: nullable(string) },
    ...{ priceUusd: nullable(int64), volsBp: nullable(list(integer)) },
  };
  const feed = extended(oracle.FeedState, messages, feedMembers);
  const coin = extended(oracle.FeedState, messages, { ...feedMembers, symbol: nullable(string) });
  const priced = (others: Record<string, Schema>) =>
    list(
      object({
        underlying: string,
        price: nullable(extended(oracle.Price, messages, { statusName, ...others })),
      }),
    );
  const volIndex = extended(oracle.VolIndex, messages, {
    ...{ method: oneOf(['none', 'interpolated', 'nearest']), statusName, ageMs: int64 },
    expiries: list(extended(oracle.VolIndexExpiry, messages, { expiry: nullable(string) })),
  });
  const window = {
    turnout: messages.ref(oracle.Turnout),
    samples: int64,
    feeds: list(extended(oracle.FeedTally, messages, { kind })),
    ...{ findings, penaltyPower: int64, rewards: list(messages.ref(oracle.Reward)) },
  };
  const inTime = { number: int64, startHeight: int64, endHeight: nullable(int64) };
  const card = object({
    ...{ validator: string, followingPpm: nullable(int64), findings, all: object(window) },
    windows: list(object({ ...inTime, ...window })),
  });
  const rules = nullable(messages.ref(oracle.Accountability));
  const cards = object({ height, rules, windowNumber: int64, cards: list(card) });
  const source = object({
    ...{ subject: oneOf(['none', 'index', 'options', 'stablecoin']), id: integer, venue: string },
    state: oneOf(['none', 'used', 'stale', 'deviates', 'failing', 'unpriced']),
  });
  const validators = list(object({ validator: string, since: int64, sources: list(source) }));
  return {
    '/tenor/v1/surface/:underlying': extended(oracle.QuerySurfaceResponse, messages, {
      ...{ height, feeds: list(feed) },
    }),
    '/tenor/v1/oracle/prices': object({
      ...{ height, timeMs: int64, prices: priced({ ageMs: int64 }), stablecoins: list(coin) },
    }),
    '/tenor/v1/oracle/vol-index/:underlying': object({
      ...{ height, underlying: string, timeMs: int64, volIndex: nullable(volIndex) },
    }),
    '/tenor/v1/oracle/votes': extended(oracle.QueryVotesResponse, messages, {
      ...{ height, prices: priced({}) },
    }),
    '/tenor/v1/oracle/report-card': cards,
    '/tenor/v1/oracle/report-card/:validator': cards,
    '/tenor/v1/oracle/sources': object({ height, validators }),
  };
}
