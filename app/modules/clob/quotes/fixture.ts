import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { verdictOf } from '../../margin/judge/verdict.ts';
import type { ClobChain } from '../fixture.ts';
import { groups } from './state.ts';

const who = (user: number) => ({ sender: userAddress(user), subaccount: 0 });
const uusd = (usd: number): bigint => BigInt(Math.round(usd * 100)) * 10_000n;

export type Limits = Partial<Omit<pb.MsgSetQuoteGroup, 'sender'>>;

/** Makes a group of BTC quotes: by default five contracts a second, in quotes of one. */
export function setGroup(chain: ClobChain, user: number, group: string, limits: Limits = {}) {
  const msg = {
    ...{ ...who(user), group, underlying: 'BTC' },
    ...{ quantityLimit: 50_000n, maxQuote: 10_000n, deltaLimit: 0n, vegaLimitUusd: 0n },
    ...{ windowMs: 1_000, freezeMs: 10_000, ...limits },
  };
  return chain.send('MsgSetQuoteGroup', pb.MsgSetQuoteGroupResponse, msg).response.groupId;
}

/** A price in USD and contracts; nothing takes the side back. */
export type Side = readonly [usd: number, contracts: number] | null | undefined;

export const sideOf = (side: Side): pb.QuoteSide | undefined =>
  side === undefined
    ? undefined
    : side === null
      ? { priceUusd: 0n, quantity: 0n }
      : { priceUusd: uusd(side[0]), quantity: BigInt(Math.round(side[1] * 10_000)) };

export function quoting(
  chain: ClobChain,
  user: number,
  group: string,
  quotes: readonly (readonly [series: string, bid: Side, ask: Side])[],
) {
  const list = quotes.map(([series, bid, ask]) => ({
    series,
    bid: sideOf(bid),
    ask: sideOf(ask),
  }));
  const msg = { ...who(user), group, quotes: list };
  return chain.send('MsgMassQuote', pb.MsgMassQuoteResponse, msg);
}

export function cancelQuotes(chain: ClobChain, user: number, group = ''): number {
  const msg = { ...who(user), group };
  return chain.send('MsgCancelQuotes', pb.MsgCancelQuotesResponse, msg).response.cancelled;
}

export function resetGroup(chain: ClobChain, user: number, group: string): void {
  chain.send('MsgResetQuoteGroup', pb.MsgResetQuoteGroupResponse, { ...who(user), group });
}

export function freezeGroup(chain: ClobChain, user: number, group: string, durationMs: number) {
  const msg = { ...who(user), group, durationMs };
  return chain.send('MsgFreezeQuoteGroup', pb.MsgFreezeQuoteGroupResponse, msg);
}

export function armSwitch(chain: ClobChain, user: number, timeoutMs: number, everything: boolean) {
  const msg = { ...who(user), timeoutMs, everything };
  return chain.send('MsgDeadManSwitch', pb.MsgDeadManSwitchResponse, msg);
}

/** The state of a group by its id. */
export const groupOf = (chain: ClobChain, id: bigint): pb.QuoteGroup => groups.must(chain.ctx, id);

export const restingOf = (chain: ClobChain, user: number, group = ''): pb.RestingQuote[] =>
  chain.query('Quotes', pb.QueryQuotesRequest, pb.QueryQuotesResponse, {
    ...{ owner: userAddress(user), subaccount: 0, group },
  }).quotes;

/** Of subaccount 0 of a user, with all that its quotes reserve. */
export function initialMargin(chain: ClobChain, user: number): bigint {
  const account = getSubaccount(chain.ctx, BigInt(user + 1))!;
  return verdictOf(chain.ctx, account).initialMarginUusd;
}
