import { agree } from './disagreement.ts';
import { isSettledIn, isTrading } from './inABlock.ts';
import { expiriesOf } from './liquidation.ts';
import type { Bid, BlockEnd, Liquidations } from './liquidation.ts';
import { cashBeside } from './clearing.ts';
import { discountAt, largestFraction, payoutAt } from './schedule.ts';
import { canCarry, carried, legsOf } from './slice.ts';
import { standingOf } from './standing.ts';
import { least } from './types.ts';
import type { Account } from './types.ts';

type Prices = Pick<BlockEnd, 'quotes' | 'isPriceSettledIn'>;

/** What a bid is answered by the rules; undefined where rounding decides. */
function answerTo(
  all: Liquidations,
  account: Account | undefined,
  bid: Bid,
  prices: Prices,
): string | undefined {
  const { bidder, version } = bid;
  const own = account?.liquidation;
  if (account === undefined || own === null || own === undefined) return 'liquidation/1';
  if (account.owner === bidder.owner) return 'liquidation/2';
  if (bidder.liquidation !== null) return 'liquidation/10';
  const { auction } = own;
  const isOld = auction !== null && expiriesOf(account, prices.quotes) !== auction.expiries;
  if (auction?.version !== version || isOld) return 'liquidation/3';
  const isOpen = isSettledIn(account, prices) && isTrading(account, prices.quotes);
  if (!isOpen || account.positions.size === 0) return 'liquidation/8';
  return usefulness(all, account, bid, prices);
}

function usefulness(
  all: Liquidations,
  account: Account,
  { bidder, fractionPpb, limitPpm, leastPayoutUusd }: Bid,
  { quotes }: Prices,
): string | undefined {
  const standing = standingOf(account, quotes);
  const auction = account.liquidation!.auction!;
  const bidIn = all.bidIn(account.liquidation!);
  const age = all.age(auction.started);
  const legs = legsOf(account, quotes);
  let found: bigint | undefined;
  if (auction.kind === 'insolvent') {
    const payout = payoutAt(standing, age, all.schedule);
    if (leastPayoutUusd > payout) return 'liquidation/5';
    found = carried(fractionPpb, (ppb) => {
      const cash = cashBeside.insolvent(standing, ppb, payout);
      return canCarry(bidder, legs, { from: 0n, to: ppb }, cash, quotes);
    });
  } else {
    const current = discountAt(age, all.schedule);
    if (limitPpm < current) return 'liquidation/5';
    const most = largestFraction(standing, bidIn, current);
    found = carried(most === 0n ? fractionPpb : least(fractionPpb, most), (ppb) => {
      const cash = cashBeside.solvent(standing, bidIn, ppb, limitPpm);
      return canCarry(bidder, legs, { from: 0n, to: ppb }, cash, quotes);
    });
  }
  if (found === undefined) return undefined;
  return found === 0n ? 'liquidation/7' : 'done';
}

/** A bid with the chain’s answer; one that is taken waits for the end of the block. */
export function judgeBid(
  all: Liquidations,
  account: Account | undefined,
  bid: Bid,
  prices: Prices,
  chain: string,
): void {
  const answer = answerTo(all, account, bid, prices);
  if (answer === undefined) all.undecided++;
  else agree(answer === chain, `a bid for ${account?.id}: ${chain}, by the rules ${answer}`);
  if (chain !== 'done') return;
  const others = (all.bids.get(account!) ?? []).filter(({ bidder }) => bidder !== bid.bidder);
  all.bids.set(account!, [...others, bid]);
}
