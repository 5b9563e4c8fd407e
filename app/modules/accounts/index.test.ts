import { expect, test } from '@jest/globals';
import {
  QuerySubaccountRequest,
  QuerySubaccountResponse,
} from '../../../proto/gen/tenor.accounts.v1.ts';
import { Ctx } from '../../runtime/context.ts';
import { AccountsChain, CALL, PUT, USD, userAddress } from './fixture.ts';
import * as accounts from './index.ts';

test('queries show a subaccount with the symbols of its positions', () => {
  const chain = AccountsChain.listed(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  chain.trade(a, b, 10n);
  const handler = accounts.accountsModule.queries['/tenor.accounts.v1.Query/Subaccount']!;
  const ask = (number: number) =>
    QuerySubaccountResponse.decode(
      handler(chain.ctx, QuerySubaccountRequest.encode({ owner: userAddress(1), number })),
    );
  expect(ask(0).positions).toMatchObject([{ symbol: CALL, position: { quantity: -10n } }]);
  expect(ask(0).subaccount?.id).toBe(b);
  expect(() => ask(1)).toThrow('no subaccount 1');
});

test('each invariant notices what it guards', () => {
  const chain = AccountsChain.listed(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  chain.trade(a, b, 10n);
  const ctx = new Ctx(chain.options.state.fork(), chain.options.header);
  accounts.changeCash(ctx, a, 1n);
  accounts.applyFill(ctx, {
    ...{ subaccountId: a, seriesId: chain.seriesId(PUT) },
    ...{ quantityDelta: -1n, cashDeltaUusd: 0n },
  });
  const { invariants } = accounts.accountsModule;
  const broken = Object.values(invariants).flatMap((check) => check(ctx) ?? []);
  expect(broken).toEqual([
    expect.stringContaining('the bank holds'),
    expect.stringContaining('positions add up to -1'),
  ]);
  expect(chain.broken()).toEqual([]);
});
