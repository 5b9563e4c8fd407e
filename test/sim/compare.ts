import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import type { TestChain } from '../harness/chain.ts';
import { judge, TOLERANCE_USD } from './model/margin.ts';
import { agree } from './model/model.ts';
import type { Model } from './model/model.ts';
import type { Account, Quotes } from './model/types.ts';

const MARGINS_EVERY = 5;

/** Balances, positions and orders to the unit; margins to the cent, now and then. */
export function compare(
  chain: TestChain,
  model: Model,
  quotes: Quotes,
  ids: ReadonlyMap<string, bigint>,
  blocks: number,
): void {
  for (const [owner, id] of ids) {
    const account = model.accounts.get(id)!;
    compareAccount(chain, owner, account);
    if (blocks % MARGINS_EVERY === 0) compareMargin(chain, owner, account, quotes);
  }
}

function compareAccount(chain: TestChain, owner: string, account: Account): void {
  const answer = chain.query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    { owner, number: 0 },
  );
  const cash = answer.subaccount!.cashUusd;
  agree(cash === account.cashUusd, `${account.id} has ${cash}, by the rules ${account.cashUusd}`);
  const held = answer.positions.map(
    ({ position }) => `${position!.seriesId}:${position!.quantity}`,
  );
  const own = [...account.positions].map(([id, quantity]) => `${id}:${quantity}`);
  agree(same(held, own), `${account.id} holds ${held.join()}, by the rules ${own.join()}`);
  const resting = chain
    .query('/tenor.clob.v1.Query/Orders', clob.QueryOrdersRequest, clob.QueryOrdersResponse, {
      owner,
      subaccount: 0,
    })
    .orders.map((o) => `${o.id}:${o.remaining}`);
  const kept = [...account.orders].map((o) => `${o.id}:${o.left}`);
  agree(
    same(resting, kept),
    `${account.id} has orders ${resting.join()}, by the rules ${kept.join()}`,
  );
}

function compareMargin(chain: TestChain, owner: string, account: Account, quotes: Quotes): void {
  const said = chain.query(
    '/tenor.margin.v1.Query/Margin',
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
    { owner, number: 0 },
  ).margin!;
  const { initial, maintenance } = judge(account, quotes);
  const near = (a: bigint, b: number) =>
    Math.abs(Number(a) / 1e6 - b) <= TOLERANCE_USD + Math.abs(b) * 1e-9;
  agree(
    near(said.initialUusd, initial),
    `${account.id}: initial ${said.initialUusd}, by the rules ${initial}`,
  );
  agree(
    near(said.maintenanceUusd, maintenance),
    `${account.id}: maintenance ${said.maintenanceUusd}, by the rules ${maintenance}`,
  );
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && [...a].sort(order).join() === [...b].sort(order).join();

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
