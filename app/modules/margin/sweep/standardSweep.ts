import type { View } from '../../../runtime/context.ts';
import { certify, lossBound, weightOf } from '../core/index.ts';
import { expiriesIn } from '../judge/judgedExpiry.ts';
import { expiryLegs } from '../inputs/legs.ts';
import { params } from '../params.ts';
import { standardExpiry } from '../inputs/standardInput.ts';
import type { BlockPrices } from './blockPrices.ts';
import { STANDARD } from './riskTable.ts';
import type { RiskTable, SweptExpiry } from './riskTable.ts';

/** Floating-point error allowed for, as a share of what is summed, and two roundings in uusd. */
const RELATIVE_SLACK = 1e-9;
const ROUNDING_SLACK = 2;

/**
 * Accounts of the standard mode that may be in breach, by their places in the table. A requirement
 * is at most the sum of its shorts', each by itself, and in each expiry at most what its maximum
 * loss is bounded by (core/lossBound.ts). Most are done with the first sum. A short without a known
 * price counts for nothing, as in the judgement.
 */
export function standardSuspects(view: View, table: RiskTable, prices: BlockPrices): number[] {
  const { kinds, cash, starts, counts, slots, quantities } = table;
  const { maintenance } = prices;
  const suspects: number[] = [];
  for (let at = 0; at < table.ids.length; at++) {
    if (kinds[at] !== STANDARD) continue;
    const start = starts[at]!;
    const end = start + counts[at]!;
    let required = 0;
    for (let i = start; i < end; i++) {
      const quantity = quantities[i]!;
      if (quantity < 0) required -= weightOf(quantity) * maintenance[slots[i]!]!;
    }
    if (covers(cash[at]!, required)) continue;
    if (!covers(cash[at]!, boundOf(view, table.expiries[at]!, prices))) suspects.push(at);
  }
  return suspects;
}

function covers(cashUusd: number, required: number): boolean {
  if (required === 0) return cashUusd >= 0;
  return cashUusd > required + required * RELATIVE_SLACK + ROUNDING_SLACK;
}

/** At least the requirement of the expiries of an account, uusd. */
function boundOf(view: View, expiries: readonly SweptExpiry[], prices: BlockPrices): number {
  let required = 0;
  for (const expiry of expiries) {
    if (!expiry.hasShorts) continue;
    const sum = sumOfShorts(expiry, prices);
    if (sum > 0) required += Math.min(sum, lossOf(view, expiry, prices));
  }
  return required;
}

/** Of the shorts of one expiry, each by itself, uusd; 0 where no price is known. */
function sumOfShorts({ slots, quantities }: SweptExpiry, { maintenance }: BlockPrices): number {
  let sum = 0;
  for (let i = 0; i < slots.length; i++) {
    const quantity = quantities[i]!;
    if (quantity < 0) sum -= weightOf(quantity) * maintenance[slots[i]!]!;
  }
  return sum;
}

/** At least the maximum loss of an expiry with a known price, uusd. */
function lossOf(view: View, expiry: SweptExpiry, prices: BlockPrices): number {
  const { forward, settlementFeePerUnit, rules } = prices.expiries[expiry.slots[0]!]!;
  expiry.certificate ??= certificateOf(view, expiry);
  const { nakedCallMaintenance } = rules;
  return lossBound(expiry.certificate, forward, settlementFeePerUnit, nakedCallMaintenance);
}

function certificateOf(view: View, { held }: SweptExpiry) {
  const { standard } = expiriesIn(view)(held);
  const { legs } = expiryLegs(view, held, true);
  return certify(standardExpiry(view, legs, params.get(view)), standard.maintenance.maximumLoss);
}
