import type {
  Accountability,
  ClosedWindow,
  OpenWindow,
  ValidatorVotes,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { equalBytes } from '../../../lib/bytes.ts';
import type { View } from '../../../runtime/context.ts';
import { findingsOf } from '../core/findings.ts';
import type { Conduct } from '../core/findings.ts';
import { sumTallies } from '../core/tally.ts';
import { sumTurnouts } from '../core/turnout.ts';
import { windows } from '../state.ts';

/** What a validator did in a window that is over, or undefined when it was not there. */
export function conductIn(
  validators: readonly ValidatorWindow[],
  address: Uint8Array,
): Conduct | undefined {
  const found = validators.find(({ turnout }) => equalBytes(turnout!.consensusAddress, address));
  return found && { turnout: found.turnout!, values: found.values! };
}

export const sumConduct = (a: Conduct, b: Conduct): Conduct => ({
  turnout: sumTurnouts(a.turnout, b.turnout),
  values: sumTallies(a.values, b.values),
});

/** Of the windows that are kept, those that are judged together with the one that is closing. */
function pastWindows(view: View, { windowsKept }: Accountability): ClosedWindow[] {
  const all = [...windows.entries(view)].map(([, window]) => window);
  return all.slice(Math.max(all.length - windowsKept + 1, 0));
}

/** The closing window with what it and the ones before it, as many as are kept, say of each. */
export function judge(
  view: View,
  closing: readonly ValidatorWindow[],
  open: OpenWindow,
  rules: Accountability,
): ValidatorWindow[] {
  const past = pastWindows(view, rules);
  if (!isLongEnough([...past, { startMs: open.startMs, endMs: open.lastMs }], rules)) {
    return [...closing];
  }
  return closing.map((own) => {
    const { consensusAddress: address } = own.turnout!;
    const conduct = past.flatMap(({ validators }) => conductIn(validators, address) ?? []);
    // One that was there for less is not judged yet.
    if (conduct.length + 1 < rules.windowsKept) return own;
    const all = conduct.reduceRight((sum, one) => sumConduct(one, sum), {
      turnout: own.turnout!,
      values: own.values!,
    });
    return { ...own, findings: findingsOf(all, rules) };
  });
}

/**
 * Half of the time that is judged must have blocks: the first window of a chain, or one that is
 * over because governance changed its length, says too little.
 */
function isLongEnough(
  judged: readonly Pick<ClosedWindow, 'startMs' | 'endMs'>[],
  { windowSeconds, windowsKept }: Accountability,
): boolean {
  const spanMs = judged.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0n);
  return spanMs * 2n >= windowSeconds * 1_000n * BigInt(windowsKept);
}

/** Whether one of the windows that are judged was paid for with a penalty already. */
export const isPaidFor = (
  view: View,
  { judgedFromHeight }: ValidatorVotes,
  rules: Accountability,
): boolean => pastWindows(view, rules).some(({ startHeight }) => startHeight < judgedFromHeight);
