import { agree } from './disagreement.ts';
import { carriedBy } from './carriedBy.ts';
import type { Clearing } from './carriedBy.ts';
import { around, isSettledIn, isTrading } from './inABlock.ts';
import { expiriesOf } from './liquidation.ts';
import type { Bid, BlockEnd, Liquidations } from './liquidation.ts';
import { discountAt, largestFraction, payoutAt, PPB, uniformPrice, wholeFee } from './schedule.ts';
import { canCarry, carried, legsOf, moveSlice } from './slice.ts';
import type { Leg } from './slice.ts';
import { buffersOf, standingOf } from './standing.ts';
import type { Standing } from './standing.ts';
import { absolute, ceilOf, floorDiv, isClose, least, PPM, shared } from './types.ts';
import type { Account } from './types.ts';
import type { Said } from '../told.ts';
import type { Tally } from '../tally.ts';

const MAX_CLEARINGS = 20;
/** Of what bidders pay in fees, so much goes to the funds. */
const FEE_FUND_PPM = 842_105n;
const OFFS = [0n, 1n, -1n, 2n, -2n];

/** Clears the bids that wait, account by account. */
export function clearAuctions(all: Liquidations, end: BlockEnd, tally: Tally): void {
  const waiting = [...all.bids.keys()].sort((a, b) => Number(a.id - b.id));
  all.clearedAfter = around(waiting, all.clearedAfter, MAX_CLEARINGS, (account) => {
    const bids = all.bids.get(account)!;
    all.bids.delete(account);
    clearOne(all, account, bids, end, tally);
    return 1;
  });
}

function clearOne(
  all: Liquidations,
  account: Account,
  waiting: readonly Bid[],
  end: BlockEnd,
  tally: Tally,
): void {
  const { quotes, told } = end;
  if (account.liquidation === null || account.positions.size === 0) return;
  const standing = standingOf(account, quotes);
  const isOpen = isSettledIn(account, end) && isTrading(account, quotes);
  const isShort = (off: bigint) => standing.bufferMarginUusd + off < 0n;
  if (!isOpen || !all.goesOn(account.id, isShort, end, ['auction', ...OF_CLEARING])) return;
  all.follow(account, standing, end);
  const auction = account.liquidation.auction!;
  const bids = waiting
    .filter(({ version }) => version === auction.version)
    .sort((a, b) => Number(a.bidder.id - b.bidder.id));
  if (bids.length === 0) return;
  const said = [...told.ahead((s) => isOfClearing(s, account.id))];
  const fills = said
    .filter(({ type }) => type === 'liquidation_bid')
    .map(({ of }) => BigInt(of('filled_ppb')));
  agree(
    fills.length === bids.length,
    `${bids.length} bids for ${account.id}, told ${fills.length}`,
  );
  const clearing = { all, account, bids, standing, end, fills, said };
  if (auction.kind === 'solvent') clearSolvent(clearing);
  else clearInsolvent(clearing);
  said.forEach(() => told.skip());
  const sold = fills.reduce((sum, ppb) => sum + ppb, 0n);
  if (sold === 0n) return;
  tally[auction.kind === 'solvent' ? 'soldSolvent' : 'soldInsolvent']++;
  auction.expiries = expiriesOf(account, quotes);
}

const OF_CLEARING = ['liquidation_bid', 'auction_slice', 'auction_cleared', 'fund_paid'];
const isOfClearing = ({ type, of }: Said, id: bigint) =>
  OF_CLEARING.includes(type) && of('subaccount_id') === String(id);

/** What a bidder gets in cash beside its legs at the marks; can be below 0. */
export const cashBeside = {
  solvent(standing: Standing, bidIn: bigint, ppb: bigint, price: bigint): bigint {
    const worth = standing.markToMarketUusd - bidIn;
    return (worth * ppb) / PPB - costOf(standing, bidIn, ppb, price);
  },
  insolvent: ({ markToMarketUusd }: Standing, ppb: bigint, payout: bigint): bigint =>
    floorDiv(markToMarketUusd * ppb, PPB) + (payout * ppb) / PPB,
};

const costOf = (standing: Standing, bidIn: bigint, ppb: bigint, price: bigint): bigint =>
  ceilOf((standing.markToMarketUusd - bidIn) * price * ppb, PPM * PPB);

/** The cash that a bidder got beside its legs, if it is what the rules say but for rounding. */
function toldCash(slice: Said | undefined, bidder: Account, own: bigint): bigint {
  const name = `${slice?.of('bidder')}/${slice?.of('bidder_subaccount')}`;
  agree(name === `${bidder.owner}/${bidder.number}`, `${name} got a slice, not ${bidder.id}`);
  const told = BigInt(slice!.of('cash_uusd'));
  agree(isClose(told, own), `${bidder.id} got ${told} beside its legs, by the rules ${own}`);
  return told;
}

function clearSolvent(clearing: Clearing): void {
  const { all, account, bids, standing, end, fills, said } = clearing;
  const { quotes } = end;
  const own = account.liquidation!;
  const auction = own.auction!;
  const bidIn = all.bidIn(own);
  const current = discountAt(all.age(auction.started), all.schedule);
  const legs = legsOf(account, quotes);
  const most = largestFraction(standing, bidIn, current);
  const wanted = bids.map(({ bidder, fractionPpb, limitPpm }) => {
    if (limitPpm < current) return { fractionPpb: 0n, limitPpm };
    const found = carried(least(fractionPpb, most), (ppb) => {
      const cash = cashBeside.solvent(standing, bidIn, ppb, limitPpm);
      return canCarry(bidder, legs, { from: 0n, to: ppb }, cash, quotes);
    });
    if (found === undefined) all.undecided++;
    return { fractionPpb: found, limitPpm };
  });
  const isSure = wanted.every(({ fractionPpb }) => fractionPpb !== undefined);
  const cleared = said.find(({ type }) => type === 'auction_cleared');
  let price = current;
  const expected = isSure
    ? carriedBy(clearing, legs, {
        wanted: wanted.map(({ fractionPpb }) => fractionPpb!),
        share: (left) =>
          uniformPrice(
            left.map((fractionPpb, i) => ({ fractionPpb, limitPpm: bids[i]!.limitPpm })),
            current,
            (d) => largestFraction(standing, bidIn, d),
          ),
        playOf: (of) => playOf(standing, bidIn, of.price),
        cashOf: (of, ppb) => cashBeside.solvent(standing, bidIn, ppb, of.price),
      })
    : undefined;
  if (expected !== undefined) price = expected.price;
  else if (cleared !== undefined) price = BigInt(cleared.of('price_ppm'));
  if (cleared === undefined) {
    agree(
      fills.every((fill) => fill === 0n),
      `${account.id} was sold in silence`,
    );
    return;
  }
  agree(cleared.of('price_ppm') === String(price), `sold at ${cleared.of('price_ppm')}, ${price}`);
  paySolvent(clearing, legs, price, cleared);
}

/** By how much a fraction may be off, as its parts are by a few uusd. */
function playOf(standing: Standing, bidIn: bigint, d: bigint): bigint {
  const fractions = [-4n, 0n, 4n].flatMap((a) =>
    [-4n, 0n, 4n].map((b) => {
      const bufferMarginUusd = standing.bufferMarginUusd + a;
      const markToMarketUusd = standing.markToMarketUusd + b;
      return largestFraction({ ...standing, bufferMarginUusd, markToMarketUusd }, bidIn, d);
    }),
  );
  const [first, ...rest] = fractions;
  const high = rest.reduce((m, f) => (f > m ? f : m), first!);
  return high - rest.reduce(least, first!) + 1n;
}

function paySolvent(
  { all, account, bids, standing, end, fills, said }: Clearing,
  legs: readonly Leg[],
  price: bigint,
  { of }: Said,
): void {
  const { auction } = account.liquidation!;
  const bidIn = all.bidIn(account.liquidation!);
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  // Value is a sum of doubles: the nearest that explains what was paid.
  const near = OFFS.map((off) => {
    const adjusted = { ...standing, markToMarketUusd: standing.markToMarketUusd + off };
    const whole = wholeFee(adjusted, bidIn, price);
    const paid = sum(fills.map((f) => (f > 0n ? costOf(adjusted, bidIn, f, price) : 0n)));
    return { adjusted, paid, fee: sum(fills.map((fill) => (whole * fill) / PPB)) };
  });
  const found = near.find(
    ({ paid, fee }) => String(paid) === of('paid_uusd') && String(fee) === of('fee_uusd'),
  );
  const told = `${of('paid_uusd')} and ${of('fee_uusd')}`;
  agree(
    found !== undefined,
    `bidders of ${account.id} paid ${told}, by the rules ${near[0]!.paid} and ${near[0]!.fee}`,
  );
  if (found !== near[0]) all.undecided++;
  const ids = buffersOf(account, end.quotes);
  let from = 0n;
  const slices = said.filter(({ type }) => type === 'auction_slice');
  bids.forEach(({ bidder }, i) => {
    const fill = fills[i]!;
    if (fill === 0n) return;
    const own = cashBeside.solvent(found.adjusted, bidIn, fill, price);
    const cash = toldCash(slices.shift(), bidder, own);
    moveSlice(all.model, account, bidder, legs, { from, to: from + fill }, cash);
    from += fill;
  });
  const toFunds = (found.fee * FEE_FUND_PPM) / PPM;
  const after = buffersOf(account, end.quotes);
  const weights = new Map([...ids.keys()].map((id) => [id, after.get(id) ?? 0n]));
  for (const [id, uusd] of all.split(account, toFunds, end.quotes, weights)) {
    all.model.funds.of(id).earn(uusd);
  }
  account.cashUusd -= found.fee;
  all.model.fees.other(found.fee - toFunds);
  auction!.bidInUusd += found.paid - found.fee;
}

function clearInsolvent(clearing: Clearing): void {
  const { all, account, bids, standing, end, fills, said } = clearing;
  const { quotes } = end;
  const { funds } = all.model;
  const age = all.age(account.liquidation!.auction!.started);
  const payout = payoutAt(standing, age, all.schedule);
  const parts = all.split(account, payout, quotes);
  let most = PPB;
  for (const [id, uusd] of parts) {
    if (uusd > 0n) most = least(most, (funds.of(id).payable(quotes.timeMs) * PPB) / uusd);
  }
  const legs = legsOf(account, quotes);
  const cashOf = (ppb: bigint) => cashBeside.insolvent(standing, ppb, payout);
  const wanted = bids.map(({ bidder, fractionPpb, leastPayoutUusd }) =>
    leastPayoutUusd > payout
      ? 0n
      : carried(least(fractionPpb, most), (ppb) =>
          canCarry(bidder, legs, { from: 0n, to: ppb }, cashOf(ppb), quotes),
        ),
  );
  if (wanted.every((w) => w !== undefined)) {
    carriedBy(clearing, legs, {
      wanted,
      share: (left) => {
        const sum = left.reduce((total, ppb) => total + ppb, 0n);
        return { fills: shared(least(sum, most), left) };
      },
      playOf: () => 1n + (8n * PPB) / (payout + 1n),
      cashOf: (_, ppb) => cashOf(ppb),
    });
  } else all.undecided++;
  const paid = said.filter(({ type }) => type === 'fund_paid');
  const slices = said.filter(({ type }) => type === 'auction_slice');
  let [from, at] = [0n, 0];
  bids.forEach(({ bidder }, i) => {
    const fill = fills[i]!;
    if (fill === 0n) return;
    for (const [id, uusd] of parts) {
      const due = (uusd * fill) / PPB;
      const next = paid[at];
      if (due <= 2n && next?.of('underlying_id') !== String(id)) continue;
      at++;
      agree(next !== undefined, `fund ${id} paid nothing for ${account.id}, by the rules ${due}`);
      const amount = BigInt(next.of('amount_uusd'));
      agree(absolute(amount - due) <= 2n, `fund ${id} paid ${amount}, by the rules ${due}`);
      agree(funds.of(id).pay(amount, quotes.timeMs) === amount, `fund ${id} paid too much`);
      account.cashUusd += amount;
    }
    const cash = toldCash(slices.shift(), bidder, cashOf(fill));
    moveSlice(all.model, account, bidder, legs, { from, to: from + fill }, cash);
    from += fill;
  });
  agree(
    at === paid.length,
    `funds paid ${paid.length} times for ${account.id}, by the rules ${at}`,
  );
}
