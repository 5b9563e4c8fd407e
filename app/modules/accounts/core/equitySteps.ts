import type { EquityStep } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { usdText } from '../../../lib/amountText.ts';

const MAX_STEPS = 32;
const MAX_PER_MINUTE = 10_000_000;
const MAX_BURST = 1_000_000;
const MAX_ORDERS = 1_000_000;

const COLUMNS = [
  ['actionsPerMinute', 'actions_per_minute', MAX_PER_MINUTE],
  ['actionBurst', 'action_burst', MAX_BURST],
  ['cancelsPerMinute', 'cancels_per_minute', MAX_PER_MINUTE],
  ['cancelBurst', 'cancel_burst', MAX_BURST],
  ['openOrders', 'open_orders', MAX_ORDERS],
  ['quotes', 'quotes', MAX_ORDERS],
  ['triggers', 'triggers', MAX_ORDERS],
] as const;

/** The last step at or below an equity, in uusd. `steps` begin at 0 and ascend. */
export function stepAt(steps: readonly EquityStep[], equityUusd: bigint): EquityStep {
  let found = steps[0]!;
  for (const step of steps) {
    if (step.minEquityUusd > equityUusd) break;
    found = step;
  }
  return found;
}

/** The step after the one at an equity; undefined at the last. */
export const stepAfter = (
  steps: readonly EquityStep[],
  { minEquityUusd }: EquityStep,
): EquityStep | undefined => steps.find((step) => step.minEquityUusd > minEquityUusd);

/** What is wrong with a table of limits, or null. */
export function wrongSteps(steps: readonly EquityStep[]): string | null {
  if (steps.length > MAX_STEPS) return `limits: at most ${MAX_STEPS} steps`;
  if (steps[0]?.minEquityUusd !== 0n) return 'limits: the first step is for an equity of 0';
  for (const [i, step] of steps.entries()) {
    const wrong = wrongStep(step, steps[i - 1]);
    if (wrong !== null) return `limits of ${usdText(step.minEquityUusd)}: ${wrong}`;
  }
  return null;
}

function wrongStep(step: EquityStep, before: EquityStep | undefined): string | null {
  for (const [field, name, most] of COLUMNS) {
    if (step[field] > most) return `${name} is at most ${most}`;
    if (before !== undefined && step[field] < before[field]) return `${name} does not fall`;
  }
  if (step.cancelBurst < 1) return 'cancel_burst is at least 1: whoever has orders may cancel';
  if (step.cancelsPerMinute < 1) return 'cancels_per_minute is at least 1';
  if (step.cancelsPerMinute < step.actionsPerMinute) {
    return 'cancels_per_minute is not below actions_per_minute: what was placed can be cancelled';
  }
  if (step.cancelBurst < step.openOrders + step.actionBurst) {
    return 'cancel_burst is not below open_orders + action_burst: all that rests can be cancelled';
  }
  if (before === undefined) return null;
  if (step.minEquityUusd <= before.minEquityUusd) return 'steps ascend';
  // Otherwise one equity, split over several addresses at lower steps, would be allowed more.
  const isDearer =
    BigInt(step.actionsPerMinute) * before.minEquityUusd <
    BigInt(before.actionsPerMinute) * step.minEquityUusd;
  return isDearer ? 'actions a minute and dollar are not fewer than one step below' : null;
}
