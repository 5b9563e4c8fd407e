import { addressBytes } from '../../auth/index.ts';
import { getSubaccount, limitsOf } from '../../accounts/index.ts';
import { assert, defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { clobErrors } from '../errors.ts';
import { owned } from '../state.ts';
import type { Owned } from '../state.ts';

// What reserves nothing by itself is limited by what its owner holds (ADR 147). Orders are counted
// in `accounts`.

const NOTHING: Owned = { quotes: 0, triggers: 0, delayed: 0 };

/** Quotes, waiting triggers and delayed orders of an owner, in all its subaccounts. */
export const ownedBy = (view: View, owner: string): Owned =>
  owned.get(view, addressBytes(owner)) ?? NOTHING;

const ownerOf = (view: View, subaccountId: bigint): string =>
  defined(getSubaccount(view, subaccountId), 'the subaccount of what is counted').owner;

/** Quotes of a subaccount came into the books, or left them. */
export function countQuotes(ctx: Ctx, subaccountId: bigint, change: number): void {
  count(ctx, ownerOf(ctx, subaccountId), { ...NOTHING, quotes: change });
}

export function countTriggers(ctx: Ctx, subaccountId: bigint, change: number): void {
  count(ctx, ownerOf(ctx, subaccountId), { ...NOTHING, triggers: change });
}

export function countDelayed(ctx: Ctx, subaccountId: bigint, change: number): void {
  count(ctx, ownerOf(ctx, subaccountId), { ...NOTHING, delayed: change });
}

function count(ctx: Ctx, owner: string, change: Owned): void {
  if (isNothing(change)) return;
  const before = ownedBy(ctx, owner);
  const after = {
    quotes: before.quotes + change.quotes,
    triggers: before.triggers + change.triggers,
    delayed: before.delayed + change.delayed,
  };
  const least = Math.min(after.quotes, after.triggers, after.delayed);
  assert(least >= 0, `${owner} has less than nothing`);
  const key = addressBytes(owner);
  // As after a start, which knows of no owner that has nothing.
  if (isNothing(after)) owned.delete(ctx, key);
  else owned.set(ctx, key, after);
}

const isNothing = ({ quotes, triggers, delayed }: Owned): boolean =>
  quotes === 0 && triggers === 0 && delayed === 0;

/** Once more of them rest: whether they may. @throws Reject ownerQuotesCap */
export function assertQuotesOf(view: View, owner: string): void {
  const { quotes } = limitsOf(view, owner);
  const now = ownedBy(view, owner).quotes;
  if (now <= quotes) return;
  throw clobErrors.ownerQuotesCap(
    `you may have ${quotes} quotes in all your subaccounts for the cash in them, and these would ` +
      `make ${now}: cancel some first, or deposit more`,
  );
}

/** Whether so many more triggers may wait. @throws Reject ownerTriggersCap */
export function assertTriggersOf(view: View, owner: string, more: number): void {
  const { triggers } = limitsOf(view, owner);
  if (ownedBy(view, owner).triggers + more <= triggers) return;
  throw clobErrors.ownerTriggersCap(
    `you may have ${triggers} triggers in all your subaccounts for the cash in them: ` +
      'cancel some first, or deposit more',
  );
}

/** Whether one more order may be delayed: as many as triggers may wait. @throws Reject */
export function assertDelayedOf(view: View, owner: string): void {
  const { triggers: most } = limitsOf(view, owner);
  if (ownedBy(view, owner).delayed < most) return;
  throw clobErrors.ownerDelayedCap(
    `${most} orders of yours may wait for the next block for the cash in your subaccounts: ` +
      'send the others in that one, or deposit more',
  );
}
