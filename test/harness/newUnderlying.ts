import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import {
  MsgUpdateParams,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/tenor.runtime.v1.ts';
import type { Codec } from '../../proto/codec.ts';
import { anyOf } from './keys.ts';
import type { AnyMsg } from './keys.ts';

const USD = 1_000_000n;
const CENT = 10_000n;
export const SOL_ID = 3;

/** Asks a chain, in a test or a network. */
export type Ask = <Q, R>(
  path: string,
  request: Codec<Q>,
  response: Codec<R>,
  message: Q,
) => Promise<R>;

/**
 * All that governance says to bring options on SOL: its feed, its margin, and its instruments, with
 * strikes of half a dollar. `intervalSeconds` also sets how often fast expiries come.
 */
export async function proposalOfSol(
  ask: Ask,
  authority: string,
  intervalSeconds = 120n,
): Promise<AnyMsg[]> {
  const current = async <P>(module: string, codec: Codec<P>): Promise<P> => {
    const path = '/tenor.runtime.v1.Query/Params';
    const { params } = await ask(path, QueryParamsRequest, QueryParamsResponse, { module });
    return codec.decode(params);
  };
  const update = <P>(module: string, codec: Codec<P>, params: P): AnyMsg =>
    anyOf(MsgUpdateParams, { authority, module, params: codec.encode(params) });

  const feeds = await current('oracle', oracle.Params);
  const risk = await current('margin', margin.Params);
  const instruments = await current('options', options.Params);
  const [, eth] = instruments.underlyings;
  const sol: options.Underlying = {
    ...eth!,
    ...{ id: SOL_ID, symbol: 'SOL' },
    ticks: [{ fromUusd: 0n, tickUusd: CENT }],
    strikeSteps: [{ maxTenorSeconds: 0n, stepUusd: USD / 2n }],
  };
  const listing = instruments.listing.map((rule) =>
    rule.calendar === options.ListingCalendar.LISTING_CALENDAR_INTERVAL
      ? { ...rule, intervalSeconds }
      : rule,
  );
  return [
    update('oracle', oracle.Params, {
      ...feeds,
      feeds: [...feeds.feeds, { underlyingId: SOL_ID, underlying: 'SOL' }],
    }),
    update('margin', margin.Params, {
      ...risk,
      underlyings: [...risk.underlyings, { ...risk.underlyings[1]!, underlyingId: SOL_ID }],
    }),
    update('options', options.Params, {
      ...instruments,
      listing,
      underlyings: [...instruments.underlyings, sol],
    }),
  ];
}
