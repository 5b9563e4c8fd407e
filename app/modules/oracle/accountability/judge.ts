import type { Accountability, ValidatorWindow } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { equalBytes } from '../../../lib/bytes.ts';
import type { View } from '../../../runtime/context.ts';
import { findingsOf } from '../core/findings.ts';
import type { Conduct } from '../core/findings.ts';
import { sumTallies } from '../core/tally.ts';
import { sumTurnouts } from '../core/turnout.ts';
import { records, windows } from '../state.ts';

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

/** The closing window with what it and the ones before it, as many as are kept, say of each. */
export function judge(
  view: View,
  closing: readonly ValidatorWindow[],
  rules: Accountability,
): ValidatorWindow[] {
  const before = [...windows.entries(view)].map(([, window]) => window);
  const past = before.slice(Math.max(before.length - rules.windowsKept + 1, 0));
  return closing.map((own) => {
    const { consensusAddress: address } = own.turnout!;
    const from = records.get(view, address)?.judgedFromHeight ?? 0n;
    const conduct = past
      .filter(({ startHeight }) => startHeight >= from)
      .flatMap(({ validators }) => conductIn(validators, address) ?? []);
    // One that was there for less is not judged yet.
    if (conduct.length + 1 < rules.windowsKept) return own;
    const all = conduct.reduceRight((sum, one) => sumConduct(one, sum), {
      turnout: own.turnout!,
      values: own.values!,
    });
    return { ...own, findings: findingsOf(all, rules) };
  });
}

/** The power of those with a finding, and of all. */
export function powerFound(validators: readonly ValidatorWindow[]): {
  readonly found: bigint;
  readonly total: bigint;
} {
  const power = (of: readonly ValidatorWindow[]) =>
    of.reduce((sum, { turnout }) => sum + turnout!.power, 0n);
  return {
    found: power(validators.filter(({ findings }) => findings.length > 0)),
    total: power(validators),
  };
}
