import { parseExpiry } from '../../app/modules/options/core/symbol.ts';
import type { At, Attributes, Handlers } from './at.ts';
import { LedgerError } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import type { SubaccountRow } from './rows.ts';

/** An account that has nothing yet. */
export const emptyAccount = (
  owner: string,
  subaccount: bigint,
  id: bigint,
  at: Pick<At, 'height' | 'time'>,
): SubaccountRow => ({
  ...{ owner, subaccount, subaccount_id: id, cash_uusd: 0n, deposited_uusd: 0n },
  ...{ withdrawn_uusd: 0n, realised_uusd: 0n, fees_uusd: 0n, other_uusd: 0n },
  ...{ mode: 'standard', opened_height: at.height, opened_at: at.time },
});

interface Transfer {
  readonly kind:
    'opening' | 'deposit' | 'withdraw' | 'fund' | 'loss_shared' | 'takeover' | 'liquidation_fee';
  readonly amount: bigint;
  readonly counterparty?: string;
}

/** Notes that cash came or went beside trades and settlements; a withdrawal is positive. */
export function logTransfer(
  ledger: Ledger,
  at: Omit<At, 'timeMs'>,
  { owner, subaccount, cash_uusd }: SubaccountRow,
  { kind, amount, counterparty }: Transfer,
): void {
  ledger.log('transfers', {
    ...{ height: at.height, idx: at.idx, time: at.time, owner, subaccount, kind },
    part: ledger.nextPart(at),
    ...{ amount_uusd: amount, cash_uusd, counterparty: counterparty ?? null, tx_hash: at.txHash },
  });
}

function deposit(ledger: Ledger, at: At, a: Attributes): void {
  const owner = a['sender']!;
  const number = BigInt(a['subaccount']!);
  if (!ledger.hasSubaccount(owner, number)) {
    ledger.openSubaccount(emptyAccount(owner, number, BigInt(a['subaccount_id']!), at));
  }
  const account = ledger.subaccount(owner, number);
  const amount = BigInt(a['amount_uusd']!);
  account.cash_uusd += amount;
  account.deposited_uusd += amount;
  logTransfer(ledger, at, account, { kind: 'deposit', amount });
}

function withdraw(ledger: Ledger, at: At, a: Attributes): void {
  const account = ledger.subaccount(a['owner']!, BigInt(a['subaccount']!));
  const amount = BigInt(a['amount_uusd']!);
  account.cash_uusd -= amount;
  account.withdrawn_uusd += amount;
  logTransfer(ledger, at, account, { kind: 'withdraw', amount });
}

/** Of an expiry as events name it, ISO text. */
export function expiryTime(text: string): string {
  const seconds = parseExpiry(text);
  if (seconds === null) throw new LedgerError(`"${text}" is no expiry`);
  return new Date(Number(seconds) * 1_000).toISOString();
}

/** All positions of an expiry are closed at once: what they cost against what was paid out. */
function settlement(ledger: Ledger, at: At, a: Attributes): void {
  const account = ledger.subaccount(a['owner']!, BigInt(a['subaccount']!));
  const [underlying, expiry] = [a['underlying']!, a['expiry']!];
  const payout = BigInt(a['payout_uusd']!);
  const fee = BigInt(a['fee_uusd']!);
  const held = ledger.positionsOf(account.owner, account.subaccount);
  const prefix = `${underlying}-${expiry}-`;
  let cost = 0n;
  for (const { series } of held.filter((position) => position.series.startsWith(prefix))) {
    const position = ledger.position(account.owner, account.subaccount, series);
    cost += position.cost_uusd;
    position.quantity = 0n;
    position.cost_uusd = 0n;
  }
  account.cash_uusd += payout - fee;
  account.fees_uusd += fee;
  account.realised_uusd += payout - cost;
  ledger.log('settlements', {
    ...{ height: at.height, idx: at.idx, time: at.time, owner: account.owner },
    ...{ subaccount: account.subaccount, underlying, expiry: expiryTime(expiry) },
    ...{ settlement_uusd: BigInt(a['settlement_uusd']!), payout_uusd: payout, fee_uusd: fee },
    ...{ realised_uusd: payout - cost, cash_uusd: account.cash_uusd },
  });
}

function marginMode(ledger: Ledger, _at: At, a: Attributes): void {
  ledger.subaccount(a['owner']!, BigInt(a['subaccount']!)).mode = a['mode']!;
}

export const accountHandlers: Handlers = {
  ...{ deposit, withdraw, settlement },
  margin_mode: marginMode,
};
