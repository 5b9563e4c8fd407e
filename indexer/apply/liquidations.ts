import { logTransfer } from './accounts.ts';
import type { At, Attributes, Handler, Handlers } from './at.ts';
import { applyFill } from './fill.ts';
import type { Ledger } from './ledger.ts';

/** Every step is kept as it was told. */
function logStep(ledger: Ledger, at: At, event: string, attributes: Attributes): void {
  ledger.log('liquidation_events', {
    ...{ height: at.height, idx: at.idx, time: at.time },
    ...{ subaccount_id: BigInt(attributes['subaccount_id']!), event, attributes },
  });
}

const step =
  (event: string, take: Handler = () => undefined): Handler =>
  (ledger, at, attributes) => {
    logStep(ledger, at, event, attributes);
    take(ledger, at, attributes);
  };

const accountOf = (ledger: Ledger, a: Attributes) =>
  ledger.subaccountById(BigInt(a['subaccount_id']!));

const liquidationOf = (ledger: Ledger, a: Attributes) =>
  ledger.liquidation(BigInt(a['subaccount_id']!));

function flagged(ledger: Ledger, at: At, a: Attributes): void {
  ledger.flag({
    ...{ height: at.height, time: at.time, owner: a['owner']! },
    ...{ subaccount: BigInt(a['subaccount']!), subaccount_id: BigInt(a['subaccount_id']!) },
    maintenance_uusd: BigInt(a['maintenance_uusd']!),
    ...{ steps: 0n, released_height: null, released_at: null },
    ...{ paid_uusd: 0n, fee_uusd: 0n, fund_uusd: 0n, shared_uusd: 0n },
  });
}

function reducedOnce(ledger: Ledger, _at: At, a: Attributes): void {
  const row = liquidationOf(ledger, a);
  if (row !== undefined) row.steps++;
}

function released(ledger: Ledger, at: At, a: Attributes): void {
  const row = liquidationOf(ledger, a);
  if (row === undefined) return;
  Object.assign(row, { released_height: at.height, released_at: at.time });
  row.steps = BigInt(a['steps']!);
  ledger.release(row);
}

/** What bidders paid, and the fee for it, which leaves the account here. */
function cleared(ledger: Ledger, at: At, a: Attributes): void {
  const account = accountOf(ledger, a);
  const fee = BigInt(a['fee_uusd']!);
  const row = liquidationOf(ledger, a);
  if (row !== undefined) {
    row.paid_uusd += BigInt(a['paid_uusd']!);
    row.fee_uusd += fee;
    row.steps++;
  }
  if (fee === 0n) return;
  account.cash_uusd -= fee;
  account.fees_uusd += fee;
  logTransfer(ledger, at, account, { kind: 'liquidation_fee', amount: -fee });
}

/** A leg closed against somebody on its other side. */
function deleveraged(ledger: Ledger, at: At, a: Attributes): void {
  const [owner, counterparty] = [a['owner']!, a['counterparty']!];
  const [priceUusd, quantity] = [BigInt(a['price_uusd']!), BigInt(a['quantity']!)];
  const shared = {
    ...({ kind: 'deleverage', series: a['series']!, priceUusd, quantity } as const),
    ...{ premiumUusd: BigInt(a['premium_uusd']!), feeUusd: 0n },
    ...{ role: null, tradeId: null, orderId: null },
  };
  const isBuy = a['side'] === 'buy';
  const own = { ...shared, owner, subaccount: BigInt(a['subaccount']!), counterparty, isBuy };
  const other = {
    ...{ ...shared, owner: counterparty, counterparty: owner, isBuy: !isBuy },
    subaccount: BigInt(a['counterparty_subaccount']!),
  };
  for (const side of isBuy ? [other, own] : [own, other]) applyFill(ledger, at, side);
}

function lossShared(ledger: Ledger, at: At, a: Attributes): void {
  const amount = BigInt(a['amount_uusd']!);
  const account = accountOf(ledger, a);
  const payer = ledger.subaccount(a['payer']!, BigInt(a['payer_subaccount']!));
  for (const [row, change, counterparty] of [
    [payer, -amount, account.owner],
    [account, amount, payer.owner],
  ] as const) {
    row.cash_uusd += change;
    row.other_uusd += change;
    logTransfer(ledger, at, row, { kind: 'loss_shared', amount: change, counterparty });
  }
  const row = liquidationOf(ledger, a);
  if (row !== undefined) row.shared_uusd += amount;
}

function fundPaid(ledger: Ledger, at: At, a: Attributes): void {
  const amount = BigInt(a['amount_uusd']!);
  const account = accountOf(ledger, a);
  account.cash_uusd += amount;
  account.other_uusd += amount;
  logTransfer(ledger, at, account, { kind: 'fund', amount });
  const row = liquidationOf(ledger, a);
  if (row !== undefined) row.fund_uusd += amount;
}

/** A slice of an account goes to a bidder: legs at their marks, and cash beside them. */
function sliceTaken(ledger: Ledger, at: At, a: Attributes): void {
  const account = accountOf(ledger, a);
  const bidder = ledger.subaccount(a['bidder']!, BigInt(a['bidder_subaccount']!));
  for (const leg of a['legs']!.split(' ').filter((text) => text !== '')) {
    const [series, size, premium] = leg.split(':') as [string, string, string];
    const isLong = BigInt(size) > 0n;
    const quantity = isLong ? BigInt(size) : -BigInt(size);
    const premiumUusd = isLong ? BigInt(premium) : -BigInt(premium);
    const shared = {
      ...({ kind: 'takeover', series, quantity, premiumUusd, feeUusd: 0n } as const),
      priceUusd: (premiumUusd * 10_000n) / quantity,
      ...{ role: null, tradeId: null, orderId: null },
    };
    const own = { ...shared, owner: account.owner, counterparty: bidder.owner, isBuy: !isLong };
    const other = { ...shared, owner: bidder.owner, counterparty: account.owner, isBuy: isLong };
    const sides = [
      { ...own, subaccount: account.subaccount },
      { ...other, subaccount: bidder.subaccount },
    ] as const;
    for (const side of isLong ? sides : sides.toReversed()) applyFill(ledger, at, side);
  }
  const cash = BigInt(a['cash_uusd']!);
  for (const [row, change, counterparty] of [
    [account, -cash, bidder.owner],
    [bidder, cash, account.owner],
  ] as const) {
    row.cash_uusd += change;
    row.other_uusd += change;
    logTransfer(ledger, at, row, { kind: 'takeover', amount: change, counterparty });
  }
}

export const liquidationHandlers: Handlers = {
  liquidation_flagged: step('liquidation_flagged', flagged),
  liquidation_step: step('liquidation_step', reducedOnce),
  liquidation_released: step('liquidation_released', released),
  auction: step('auction'),
  liquidation_bid: step('liquidation_bid'),
  auction_slice: step('auction_slice', sliceTaken),
  auction_cleared: step('auction_cleared', cleared),
  deleveraged: step('deleveraged', deleveraged),
  loss_shared: step('loss_shared', lossShared),
  fund_paid: step('fund_paid', fundPaid),
  deficit: step('deficit'),
};
