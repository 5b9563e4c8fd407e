import { expect, test } from '@jest/globals';
import { AccountsChain, USD } from './fixture.ts';
import {
  changeCash,
  deficitOf,
  flaggedAccounts,
  isFlagged,
  recordDeficit,
  setFlagged,
} from './index.ts';

test('a subaccount is flagged until it is not', () => {
  const chain = AccountsChain.create(2);
  const [first, second] = [chain.open(0, USD), chain.open(1, USD)];
  setFlagged(chain.ctx, second, true);
  setFlagged(chain.ctx, first, true);
  expect([...flaggedAccounts(chain.ctx)]).toEqual([first, second]);
  setFlagged(chain.ctx, first, false);
  expect([isFlagged(chain.ctx, first), isFlagged(chain.ctx, second)]).toEqual([false, true]);
});

test('a deficit is found by its subaccount', () => {
  const chain = AccountsChain.create(1);
  const id = chain.open(0, USD);
  changeCash(chain.ctx, id, -3n * USD);
  expect(deficitOf(chain.ctx, id)).toBeUndefined();
  recordDeficit(chain.ctx, id);
  expect(deficitOf(chain.ctx, id)?.amountUusd).toBe(2n * USD);
});
