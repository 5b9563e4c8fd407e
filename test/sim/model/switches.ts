import type { Model } from './model.ts';
import type { Account, DeadManSwitch } from './types.ts';

/** Before a block's transactions, earliest first. Returns what each took, as the chain tells it. */
export function fireSwitches(model: Model, timeMs: number): string[] {
  const due = [...model.switches].filter(([, { deadlineMs }]) => deadlineMs <= timeMs);
  const before = (a: [Account, DeadManSwitch], b: [Account, DeadManSwitch]) =>
    a[1].deadlineMs - b[1].deadlineMs || Number(a[0].id - b[0].id);
  return due.sort(before).map(([account, { isEverything }]) => {
    const againMs = model.auctions.heldUntilMs(account, isEverything);
    const cancelled = isEverything ? model.cancelAll(account) : model.pullAll(account);
    model.switches.delete(account);
    if (againMs > 0) model.switches.set(account, { deadlineMs: againMs, isEverything });
    return `${account.owner}/${account.number}: ${cancelled} ${againMs || ''}`;
  });
}
