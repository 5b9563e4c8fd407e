import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { fromJson } from '../../proto/json.ts';
import type { Genesis } from '../source/facts.ts';
import { emptyAccount, logTransfer } from './accounts.ts';
import { LedgerError } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { logSeries } from './prices.ts';

/** As events name a mode. */
const MODES = ['standard', 'portfolio', 'covered'];

/**
 * Takes in what the chain began with: a new chain has no accounts, one that goes on from an export
 * has them with all that they hold. What it tells is of the height before the first block.
 * @throws LedgerError
 */
export function applyGenesis(ledger: Ledger, { state, initialHeight, timeMs }: Genesis): void {
  const at = { height: initialHeight - 1, time: new Date(timeMs).toISOString() };
  const { series } = partOf(state, 'options', options.GenesisState);
  const symbols = new Map(series.map(({ id, symbol }) => [id, symbol]));
  for (const [id, symbol] of symbols) logSeries(ledger, at, symbol, id);
  const symbolOf = (id: bigint): string => {
    const symbol = symbols.get(id);
    if (symbol === undefined) throw new LedgerError(`the genesis has no series ${id}`);
    return symbol;
  };
  openAccounts(ledger, at, partOf(state, 'accounts', accounts.GenesisState), symbolOf);
  const { books } = partOf(state, 'clob', clob.GenesisState);
  for (const { orders } of books) {
    for (const order of orders) addOrder(ledger, at, order, symbolOf);
  }
  for (const flag of partOf(state, 'liquidation', liquidation.GenesisState).flags) {
    const { subaccountId, owner, number, maintenanceUusd, steps } = flag;
    ledger.flag({
      ...{ ...at, owner, subaccount: BigInt(number), subaccount_id: subaccountId },
      ...{ maintenance_uusd: maintenanceUusd, steps: BigInt(steps) },
      ...{ released_height: null, released_at: null },
      ...{ paid_uusd: 0n, fee_uusd: 0n, fund_uusd: 0n, shared_uusd: 0n },
    });
  }
}

interface Place {
  readonly height: number;
  readonly time: string;
}

type SymbolOf = (id: bigint) => string;

function partOf<T>(
  state: Genesis['state'],
  name: string,
  codec: Parameters<typeof fromJson<T>>[0],
): T {
  const part = state[name];
  if (part === undefined) throw new LedgerError(`the genesis has no part of ${name}`);
  return fromJson(codec, part);
}

/**
 * Cash, and what positions cost, count as deposited: where they came from is another chain's
 * history, and what is earned here begins at nothing.
 */
function openAccounts(
  ledger: Ledger,
  at: Place,
  { subaccounts, positions }: accounts.GenesisState,
  symbolOf: SymbolOf,
): void {
  for (const { id, owner, number, cashUusd, mode } of subaccounts) {
    ledger.openSubaccount({
      ...emptyAccount(owner, BigInt(number), id, at),
      ...{ cash_uusd: cashUusd, deposited_uusd: cashUusd, mode: MODES[mode]! },
    });
  }
  for (const { subaccountId, position } of positions) {
    const { owner, subaccount } = ledger.subaccountById(subaccountId);
    const { seriesId, quantity, costUusd } = position!;
    Object.assign(ledger.position(owner, subaccount, symbolOf(seriesId)), {
      ...{ quantity, cost_uusd: costUusd, changed_height: at.height, changed_at: at.time },
    });
    ledger.subaccountById(subaccountId).deposited_uusd += costUusd;
  }
  subaccounts.forEach(({ id, cashUusd: amount }, idx) => {
    if (amount === 0n) return;
    const place = { ...at, idx, txHash: null };
    logTransfer(ledger, place, ledger.subaccountById(id), { kind: 'opening', amount });
  });
}

function addOrder(
  ledger: Ledger,
  at: Place,
  { id, record, remaining }: clob.GenesisOrder,
  symbolOf: SymbolOf,
): void {
  if (record === undefined) return;
  const { seriesId, subaccountId, side, priceUusd, reduceOnly, clientOrderId, vol } = record;
  const { owner, subaccount } = ledger.subaccountById(subaccountId);
  ledger.addOrder({
    ...{ order_id: id, series: symbolOf(seriesId), series_id: seriesId, owner, subaccount },
    price_uusd: priceUusd,
    ...{ side: side === clob.Side.SIDE_BUY ? 'buy' : 'sell', quantity: remaining, filled: 0n },
    ...{ filled_uusd: 0n, fee_uusd: 0n, status: 'open', reason: null, time_in_force: 'gtc' },
    ...{ reduce_only: reduceOnly, liquidation: false, vol_bp: vol?.volBp ?? null },
    bound_uusd: vol === undefined ? null : priceUusd,
    client_order_id: clientOrderId === '' ? null : clientOrderId,
    ...{ placed_height: at.height, placed_at: at.time, tx_hash: null },
    ...{ changed_height: at.height, changed_at: at.time },
  });
}
