import { formatExpiry, parseExpiry } from '../../app/modules/options/core/index.ts';
import type { PastSettlement } from '../history.ts';
import { nameOf } from '../market/instrument.ts';
import { underlyingsOf } from '../market/select.ts';
import { usd } from '../rpc/decimal.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import type { Services } from '../services.ts';
import { continuationOf, NO_MORE } from './read.ts';

const DELIVERY = { type: 'delivery', funding: 0, position: null, mark_price: null } as const;

type Place = Pick<PastSettlement, 'timeMs' | 'expiryMs' | 'underlying'>;

/** The newest first; an expiry pays an account once. */
const inOrder = (a: Place, b: Place): number =>
  b.timeMs - a.timeMs || b.expiryMs - a.expiryMs || (a.underlying < b.underlying ? -1 : 1);

const textOf = ({ timeMs, expiryMs, underlying }: Place): string =>
  `${timeMs}-${expiryMs}-${underlying}`;

/** The last one that was shown, of an answer's continuation. @throws RpcError */
function placeOf(params: Params): Place | null {
  const parts = continuationOf(params, /^(\d{1,14})-(\d{1,14})-(\w{1,32})$/);
  if (parts === null) return null;
  return { timeMs: Number(parts[0]), expiryMs: Number(parts[1]), underlying: parts[2]! };
}

/** Since the start, as docs/events.md tells them, or of an indexer. */
async function settled(
  { account, history }: Services,
  toMs: number,
  isEnough: (newest: readonly PastSettlement[]) => boolean,
): Promise<PastSettlement[]> {
  const past = await history?.settlements({ toMs }, isEnough);
  if (past !== undefined && past !== null) return past;
  return account.settlements.map((told) => ({
    ...{ underlying: String(told['underlying']), timeMs: told.timeMs },
    expiryMs: Number(parseExpiry(String(told['expiry'])) ?? 0n) * 1_000,
    settlementUusd: String(told['settlement_uusd'] ?? '0'),
    payoutUusd: String(told['payout_uusd'] ?? '0'),
    realisedUusd: String(told['payout_uusd'] ?? '0'),
  }));
}

const shown = ({ underlying, expiryMs, timeMs, ...told }: PastSettlement) => ({
  ...{ ...DELIVERY, timestamp: timeMs, index_price: usd(told.settlementUusd) },
  instrument_name: nameOf(`${underlying}-${formatExpiry(BigInt(expiryMs / 1_000))}`),
  ...{ session_profit_loss: usd(told.realisedUusd), profit_loss: usd(told.realisedUusd) },
  payout: usd(told.payoutUusd),
});

/** Of expiries: the chain pays all positions of one at once. */
const settlements = (choose: (services: Services, params: Params) => string[]): Method => ({
  differs: 'of expiries, not instruments; of an indexer (--history), or since the gateway started',
  async run(services, params) {
    const of = choose(services, params);
    const count = params.integer('count', { min: 1, max: 1_000, or: 20 });
    const type = params.oneOf('type', ['settlement', 'delivery', 'bankruptcy'], 'delivery');
    const since = params.time('search_start_timestamp', 8.64e15);
    const before = placeOf(params);
    const isAsked = (one: PastSettlement): boolean =>
      of.includes(one.underlying) &&
      one.timeMs <= since &&
      (before === null || inOrder(before, one) < 0);
    const isEnough = (past: readonly PastSettlement[]): boolean =>
      past.filter(isAsked).length > count;
    const toMs = Math.min(since, before?.timeMs ?? Infinity);
    const all = type === 'delivery' ? await settled(services, toMs, isEnough) : [];
    const asked = all.filter(isAsked).toSorted(inOrder);
    const page = asked.slice(0, count);
    const continuation = asked.length > count ? textOf(page.at(-1)!) : NO_MORE;
    return { settlements: page.map(shown), continuation };
  },
});

export const settlementMethods: Methods = {
  'private/get_settlement_history_by_currency': settlements(({ market }, params) =>
    underlyingsOf(market, params.text('currency', 16)),
  ),
  'private/get_settlement_history_by_instrument': settlements((_services, params) => [
    params.text('instrument_name').split(/[-_]/)[0]!.toUpperCase(),
  ]),
};
