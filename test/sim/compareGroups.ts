import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { TestChain } from '../harness/chain.ts';
import { agree } from './model/disagreement.ts';
import { areNear, filledOf } from './model/groups.ts';
import type { Model } from './model/model.ts';
import type { Account, Group, Quotes } from './model/types.ts';

/** Groups with their budgets, windows and freezes, every quote, and a switch. */
export function compareGroups(
  chain: TestChain,
  model: Model,
  account: Account,
  quotes: Quotes,
): void {
  const { owner, number: subaccount } = account;
  const { groups, deadManSwitch } = chain.query(
    '/tenor.clob.v1.Query/QuoteGroups',
    clob.QueryQuoteGroupsRequest,
    clob.QueryQuoteGroupsResponse,
    { owner, subaccount },
  );
  const deadlineMs = model.switches.get(account)?.deadlineMs ?? 0;
  const told = Number(deadManSwitch?.deadlineMs ?? 0);
  agree(
    told === deadlineMs,
    `${account.id} has a switch until ${told}, by the rules ${deadlineMs}`,
  );
  for (const group of account.groups) {
    const found = groups.find((state) => state.group!.id === group.id);
    agree(found !== undefined, `there is no group ${group.name} of ${account.id}`);
    compareGroup(found, group, quotes.timeMs);
  }
  agree(groups.length === account.groups.length, `${account.id} has ${groups.length} groups`);
  if (account.groups.length === 0) return;
  const resting = chain
    .query('/tenor.clob.v1.Query/Quotes', clob.QueryQuotesRequest, clob.QueryQuotesResponse, {
      ...{ owner, subaccount, group: '' },
    })
    .quotes.map(
      (q) => `${q.group} ${q.orderId} ${q.series} ${q.isBuy} ${q.priceUusd} ${q.remaining}`,
    );
  const own = account.groups.flatMap(({ name, quotes: of }) =>
    of.map((q) => `${name} ${q.id} ${q.series.symbol} ${q.isBuy} ${q.priceUusd} ${q.left}`),
  );
  const [left, right] = [resting, own].map((of) => of.sort().join('; '));
  agree(left === right, `${account.id} quotes ${left}, by the rules ${right}`);
}

function compareGroup(state: clob.QuoteGroupState, group: Group, timeMs: number): void {
  const { budget, frozenUntilMs = 0n } = state.group!;
  const isFrozen = group.frozenUntilMs > timeMs;
  const { quantity, delta, vegaUusd } = filledOf(group, timeMs);
  const text = (of: { budget: bigint; until: number; filled: bigint }) =>
    `budget ${of.budget}, filled ${of.filled}, frozen until ${of.until}`;
  const said = text({ budget, until: Number(frozenUntilMs), filled: state.filled });
  const own = text({ budget: group.budget, until: group.frozenUntilMs, filled: quantity });
  agree(said === own, `group ${group.id}: ${said}, by the rules ${own}`);
  agree(state.isFrozen === isFrozen, `group ${group.id} is frozen: ${state.isFrozen}`);
  const isNear = areNear(delta, state.delta) && areNear(vegaUusd, state.vegaUusd);
  agree(isNear, `group ${group.id}: ${state.delta}, ${state.vegaUusd}; ${delta}, ${vegaUusd}`);
}
