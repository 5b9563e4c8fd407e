import { expect } from '@jest/globals';
import type { Database } from '../../indexer/db/database.ts';
import { catchUpOnce } from '../../indexer/follow.ts';
import type { TestChain } from './chain.ts';
import type { RecordedChain } from './history.ts';
import { accountOf, ordersOf } from './trading.ts';

/** Cash, positions and resting orders of everybody, as state has them. */
function stateOf(chain: TestChain) {
  return [...chain.users.values()].map((user) => {
    const { subaccount, positions } = accountOf(chain, user);
    return {
      cash: subaccount!.cashUusd.toString(),
      positions: positions.map(({ symbol, position }) => [
        symbol,
        position!.quantity.toString(),
        position!.costUusd.toString(),
      ]),
      orders: ordersOf(chain, user).map((order) => [
        order.id.toString(),
        order.remaining.toString(),
      ]),
    };
  });
}

/** The same from the history's tables. */
async function historyOf(chain: TestChain, database: Database) {
  const rows = [];
  for (const { address } of chain.users.values()) {
    const [account] = await database.query<{ cash_uusd: string }>(
      'select cash_uusd from subaccounts where owner = $1',
      [address],
    );
    const positions = await database.query<Record<'series' | 'quantity' | 'cost_uusd', string>>(
      `select p.series, p.quantity, p.cost_uusd from positions p join series s using (series)
       where owner = $1`,
      [address],
    );
    const orders = await database.query<Record<'order_id' | 'left', string>>(
      `select order_id, quantity - filled as left from orders
       where owner = $1 and status = 'open'`,
      [address],
    );
    rows.push({
      cash: account!.cash_uusd,
      positions: positions.map((p) => [p.series, p.quantity, p.cost_uusd]),
      orders: orders.map((order) => [order.order_id, order.left]),
    });
  }
  return rows;
}

type Compared = Awaited<ReturnType<typeof historyOf>>;

/** In one order: state has positions by series id, orders by side. */
const sorted = (accounts: Compared): Compared =>
  accounts.map(({ cash, positions, orders }) => {
    const byFirst = (a: string[], b: string[]) => (a[0]! < b[0]! ? -1 : 1);
    return { cash, positions: positions.toSorted(byFirst), orders: orders.toSorted(byFirst) };
  });

/** Takes the chain's new blocks in; then cash, positions and orders are those of its state. */
export async function expectHistoryOf(
  chain: TestChain,
  recorded: RecordedChain,
  database: Database,
): Promise<void> {
  await catchUpOnce({ database, source: recorded, signal: new AbortController().signal });
  expect(sorted(await historyOf(chain, database))).toEqual(sorted(stateOf(chain)));
}
