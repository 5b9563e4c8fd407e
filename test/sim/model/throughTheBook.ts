import { agree } from './disagreement.ts';
import type { BlockEnd, Liquidations } from './liquidation.ts';
import * as matching from './matching.ts';
import { discountAt } from './schedule.ts';
import { standingNow } from './judgedNow.ts';
import { markUusd } from './standing.ts';
import type { Standing } from './standing.ts';
import type { Model } from './model.ts';
import { least, UNITS } from './types.ts';
import type { Account, Quotes } from './types.ts';
import type { Said } from '../told.ts';
import { bring, putBack } from './vols.ts';
import type { Tally } from '../tally.ts';

/** What rounding may add to what is given away, a trade. */
const HAIR = 10n;

/**
 * A pass over the book for an account under liquidation: what is sold is the chain’s choice, that
 * it meets the best orders, gives away no more than the auction does and helps is the rules’.
 */
export function throughTheBook(
  all: Liquidations,
  account: Account,
  before: Standing,
  end: BlockEnd,
  tally: Tally,
): void {
  const { told, quotes } = end;
  const isOwn = ({ of, type }: Said) =>
    type === 'order_cancelled' ||
    type === 'quotes_pulled' ||
    (type === 'order_placed' && of('owner') === account.owner) ||
    (type === 'trade' && of('taker') === account.owner);
  let [left, given, trades] = [0n, 0n, 0n];
  let placed: Said | undefined;
  let goBack = (): void => undefined;
  while (told.next !== undefined && isOwn(told.next)) {
    const said = told.skip()!;
    if (said.type === 'order_placed') {
      goBack();
      [left, placed] = [BigInt(said.of('quantity')), said];
      goBack = brought(all.model, said, quotes);
      all.model.known.otherEnded();
      all.model.settleGroups(quotes);
    } else if (said.type === 'quotes_pulled') {
      if (placed !== undefined) quoteRefused(all.model, end, placed, left, said);
    } else if (said.type === 'order_cancelled') refused(all, end, left, said);
    else {
      given += sold(all, account, end, said);
      left -= BigInt(said.of('quantity'));
      trades++;
    }
  }
  goBack();
  all.model.settleGroups(quotes);
  tally.liquidationTrades += Number(trades);
  if (!told.isNext('liquidation_step', account.id)) {
    agree(trades === 0n, `${account.id} was traded for without a step`);
    return;
  }
  told.skip();
  const most = concession(all, account, before);
  agree(given <= most + trades * HAIR, `${account.id} gave ${given} away, at most ${most}`);
  const { maintenanceUusd } = standingNow(account, quotes, end.isPriceFresh)!;
  const lost = before.maintenanceUusd - maintenanceUusd;
  agree(lost <= HAIR, `a pass cost ${account.id} ${lost} of its maintenance margin`);
}

/** Who waits by volatility comes before an order of a liquidation as before any. */
function brought(model: Model, { of }: Said, quotes: Quotes): () => void {
  const series = model.named(of('series'));
  const book = model.book(series);
  const terms = { series, isBuy: of('side') === 'buy', priceUusd: BigInt(of('price_uusd')) };
  const orders = bring(book, { ...terms, left: BigInt(of('quantity')) }, quotes);
  return () => {
    putBack(book, orders);
  };
}

/** What counterparties may be given by now: what bidders would be. */
function concession(all: Liquidations, account: Account, standing: Standing): bigint {
  const { markToMarketUusd, maintenanceUusd, bufferUusd } = standing;
  const age = all.age(account.liquidation!.auction?.started ?? new Map());
  const isSolvent = markToMarketUusd > 0n && markToMarketUusd * 20n >= bufferUusd;
  if (isSolvent) {
    return (markToMarketUusd * (1_000_000n - discountAt(age, all.schedule))) / 1_000_000n;
  }
  const { insolvent } = all.schedule;
  const passed = age < insolvent ? age : insolvent;
  const m = markToMarketUusd < 0n ? markToMarketUusd : 0n;
  const grown = ((m - maintenanceUusd) * passed) / insolvent;
  const left = markToMarketUusd > 0n ? markToMarketUusd : 0n;
  return left + (grown > 0n ? grown : 0n);
}

/** A trade for the account: returns what it gave away against the mark. */
function sold({ model }: Liquidations, account: Account, end: BlockEnd, { of }: Said): bigint {
  const series = model.named(of('series'));
  const isBuy = of('taker_side') === 'buy';
  const [quantity, priceUusd] = [BigInt(of('quantity')), BigInt(of('price_uusd'))];
  agree(model.auctions.takes(series), `${account.id} trades ${series.symbol}, which is stopped`);
  const { asks, bids } = model.book(series);
  const maker = (isBuy ? asks : bids).find(({ id }) => id === BigInt(of('maker_order_id')));
  agree(maker !== undefined, `${of('maker_order_id')} traded and does not rest`);
  const best = (isBuy ? asks : bids)[0]!;
  agree(best === maker, `${maker.id} traded before ${best.id}`);
  agree(matching.priceOf(maker) === priceUusd, `${maker.id} traded at ${priceUusd}`);
  const none = { isReduceOnly: true, selfTrade: 'taker' } as const;
  const taker = { id: 0n, account, series, isBuy, left: quantity, priceUusd, ...none };
  if (maker.group !== undefined) model.met.refusalOf(end.quotes, { maker, priceUusd, quantity });
  model.fill(taker, maker, quantity, end.quotes);
  const worse = (isBuy ? 1n : -1n) * (priceUusd - markUusd(end.quotes, series));
  return (worse * quantity) / UNITS;
}

/** A quote that could not take the fill of a liquidation’s order: one is told by itself. */
function quoteRefused(
  model: Model,
  end: BlockEnd,
  placed: Said,
  wanted: bigint,
  { of }: Said,
): void {
  const series = model.named(placed.of('series'));
  const isBuy = placed.of('side') === 'buy';
  if (of('quotes') !== `${series.symbol}:${isBuy ? 'sell' : 'buy'}`) return;
  const { asks, bids } = model.book(series);
  const maker = (isBuy ? asks : bids).find(({ group }) => String(group?.id) === of('group_id'));
  if (maker === undefined) return;
  const fill = { maker, priceUusd: matching.priceOf(maker), quantity: least(wanted, maker.left) };
  const refusal = model.met.refusalOf(end.quotes, fill);
  agree(refusal !== null, `quote ${maker.id} left the book, and could have been filled`);
  model.dropMaker(maker, refusal[0]);
}

/** A maker that could not take the fill of a liquidation’s order leaves the book. */
function refused({ model }: Liquidations, end: BlockEnd, wanted: bigint, { of }: Said): void {
  const id = BigInt(of('order_id'));
  const maker = [...model.accounts.values()]
    .flatMap(({ orders }) => [...orders])
    .find((order) => order.id === id);
  if (maker === undefined) return;
  const priceUusd = matching.priceOf(maker);
  const { left } = maker;
  const quantity = wanted < left ? wanted : left;
  const refusal = matching.makerRefusal(end.quotes, { maker, priceUusd, quantity });
  agree(refusal !== null, `${id} left the book, and could have been filled`);
  matching.remove(model.book(maker.series), maker);
}
