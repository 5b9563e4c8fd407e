import type { CallAuctionState } from '../../proto/gen/tenor.clob.v1.ts';
import { indicative } from './model/callAuction.ts';
import { agree } from './model/disagreement.ts';
import type { Model } from './model/model.ts';
import type { Quotes } from './model/types.ts';

/** Books in an auction: until when, whether anything may go, and at what they would clear. */
export function compareAuctions(
  model: Model,
  told: readonly CallAuctionState[],
  quotes: Quotes,
): void {
  const { auctions } = model;
  const said = told.map(({ symbol, auction, isLocked, priceUusd, quantity }) => {
    const price = priceUusd === undefined ? 'nothing' : `${quantity} at ${priceUusd}`;
    return `${symbol}: ${auction!.lockMs} ${isLocked} ${price}`;
  });
  const own = [...auctions.joined].flatMap((id) => {
    const series = model.series.get(id)!;
    const auction = auctions.at(series);
    if (auction === undefined) return [];
    const call = auctions.isPriced(series) ? indicative(model, series, quotes) : undefined;
    const price = call === undefined ? 'nothing' : `${call.quantity} at ${call.priceUusd}`;
    return [`${series.symbol}: ${auction.lockMs} ${auctions.isLocked(series)} ${price}`];
  });
  const [left, right] = [said.sort().join('; '), own.sort().join('; ')];
  agree(left === right, `auctions are ${left}, by the rules ${right}`);
}
