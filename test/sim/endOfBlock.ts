import type { Event } from 'cosmjs-types/tendermint/abci/types';
import { deleveraged, fundPaid, lossShared, refused } from './liquidated.ts';
import { judge, TOLERANCE_USD } from './model/margin.ts';
import { agree } from './model/model.ts';
import type { Model } from './model/model.ts';
import type { Account, Quotes } from './model/types.ts';
import type { Tally } from './tally.ts';

/**
 * What the chain did by itself at the end of a block, as its events tell: who was flagged must be
 * in breach, what was sold for an account under liquidation must have met the best order.
 */
export function follow(model: Model, quotes: Quotes, events: readonly Event[], tally: Tally): void {
  const payers = new Set<Account>();
  /** Of the order of a liquidation that is being filled. */
  let left = 0n;
  for (const { type, attributes } of events) {
    const value = (key: string) => attributes.find((a) => a.key === key)?.value ?? '';
    if (type === 'liquidation_flagged') {
      const account = model.accounts.get(BigInt(value('subaccount_id')))!;
      const { maintenance } = judge(account, quotes);
      agree(maintenance < TOLERANCE_USD, `${account.id} was flagged at ${maintenance} USD`);
      account.isFlagged = true;
      model.cancelAll(account);
      tally.flags++;
    } else if (type === 'liquidation_released') {
      const account = model.accounts.get(BigInt(value('subaccount_id')))!;
      account.isFlagged = false;
    } else if (type === 'trade' && value('liquidation') === 'true') {
      sold(model, quotes, value);
      left -= BigInt(value('quantity'));
    } else if (type === 'deleveraged') payers.add(deleveraged(model, quotes, value));
    else if (type === 'loss_shared') payers.add(lossShared(model, value));
    else if (type === 'fund_paid') fundPaid(model, value);
    else if (type === 'order_placed') left = BigInt(value('quantity'));
    else if (type === 'order_cancelled') refused(model, quotes, left, value);
  }
  for (const account of model.accounts.values()) {
    // Who paid for others after everybody was looked at is looked at in the next block.
    if (account.isFlagged || payers.has(account) || !isRisky(account.positions)) continue;
    const { maintenance } = judge(account, quotes);
    agree(maintenance > -TOLERANCE_USD, `${account.id} is in breach by ${maintenance} unnoticed`);
  }
}

const isRisky = (positions: ReadonlyMap<bigint, bigint>) =>
  [...positions.values()].some((quantity) => quantity < 0n);

function sold(model: Model, quotes: Quotes, value: (key: string) => string): void {
  const series = [...model.series.values()].find((s) => s.symbol === value('series'))!;
  const owner = value('taker');
  const account = [...model.accounts.values()].find((a) => a.owner === owner)!;
  agree(account.isFlagged, `${account.id} was sold without a flag`);
  const isBuy = value('taker_side') === 'buy';
  const quantity = BigInt(value('quantity'));
  const book = model.book(series);
  const maker = (isBuy ? book.asks : book.bids).find(
    (o) => o.id === BigInt(value('maker_order_id')),
  )!;
  agree(maker.priceUusd === BigInt(value('price_uusd')), `${maker.id} traded at another price`);
  const taker = {
    id: 0n,
    account,
    series,
    isBuy,
    isReduceOnly: true,
    left: quantity,
    priceUusd: maker.priceUusd,
  };
  model.fill(taker, maker, quantity, quotes);
}
