import type { Happening, Step } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Margin } from '../../../../proto/gen/tenor.margin.v1.ts';
import { subaccountOf } from '../../accounts/index.ts';
import type { Ctx, Event, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import { nextStep, stepQueue, steps } from '../state.ts';

/** Of one account in one block. */
const MAX_HAPPENINGS = 24;
/** Steps that a block may drop for each that it may keep: more are old at once at the most. */
const DROPS = 2;

/** What is told of an account by its id. */
const KEPT: ReadonlySet<string> = new Set([
  ...['liquidation_flagged', 'liquidation_step', 'liquidation_released', 'auction'],
  ...['auction_cleared', 'liquidation_bid', 'deleveraged', 'loss_shared', 'fund_paid', 'deficit'],
]);
/** Its names are those of the step. */
const NAMES: ReadonlySet<string> = new Set(['subaccount_id', 'owner', 'subaccount']);
/** What the taker of a trade can have no interest in. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['trade_id', 'maker_order_id', 'maker_fee_uusd', 'taker', 'taker_subaccount'],
  ...['taker_order_id', 'liquidation'],
]);

interface Told {
  readonly happenings: Happening[];
  more: number;
}

/**
 * Keeps what was told in this block of accounts under liquidation, and drops what is too old or too
 * much. What is kept is what events said, so that the two cannot differ (ADR 144).
 *
 * @param first the first event of the liquidations of this block
 * @param breaches what accounts were flagged for
 */
export function keepSteps(
  ctx: Ctx,
  first: number,
  breaches: ReadonlyMap<bigint, Margin>,
  { params }: BlockRules,
): void {
  const { maxStepsPerBlock, maxStepsKept, stepsKeptSeconds } = params;
  const told = new Map<bigint, Told>();
  for (const event of ctx.events.slice(first)) tell(ctx, told, event, maxStepsPerBlock);
  const timeSeconds = BigInt(Math.floor(ctx.header.timeMs / 1_000));
  const isKept = maxStepsKept > 0 && stepsKeptSeconds > 0;
  let sequence = nextStep.must(ctx);
  const before = sequence;
  for (const [subaccountId, of] of isKept ? told : []) {
    const step: Step = {
      ...{ sequence, subaccountId, timeSeconds, height: BigInt(ctx.header.height) },
      ...{ happenings: of.happenings, more: of.more, breach: breaches.get(subaccountId) },
    };
    steps.set(ctx, [subaccountId, sequence], step);
    stepQueue.set(ctx, sequence, subaccountId);
    sequence++;
  }
  if (sequence !== before) nextStep.set(ctx, sequence);
  const oldest = timeSeconds - BigInt(stepsKeptSeconds);
  dropOld(ctx, sequence - BigInt(maxStepsKept), oldest, DROPS * Math.max(maxStepsPerBlock, 1));
}

function tell(view: View, told: Map<bigint, Told>, event: Event, most: number): void {
  const id = accountOf(view, event);
  if (id === undefined) return;
  let of = told.get(id);
  if (of === undefined) {
    if (told.size >= most) return;
    told.set(id, (of = { happenings: [], more: 0 }));
  }
  if (of.happenings.length >= MAX_HAPPENINGS) {
    of.more++;
    return;
  }
  const left = event.type === 'trade' ? OTHERS : NAMES;
  const attributes = event.attributes
    .filter(({ key }) => !left.has(key))
    .map(({ key, value }) => ({ key, value }));
  of.happenings.push({ type: event.type, attributes });
}

/** The account under liquidation that an event is about; a trade is its taker's. */
function accountOf(view: View, { type, attributes }: Event): bigint | undefined {
  const of = (name: string) => attributes.find(({ key }) => key === name)?.value;
  if (KEPT.has(type)) return BigInt(of('subaccount_id')!);
  if (type !== 'trade') return undefined;
  return subaccountOf(view, of('taker')!, Number(of('taker_subaccount')))?.id;
}

/** Drops the oldest steps: up to a sequence, and those from before a time. */
function dropOld(ctx: Ctx, upTo: bigint, beforeSeconds: bigint, most: number): void {
  const old: (readonly [bigint, bigint])[] = [];
  for (const [sequence, id] of stepQueue.entries(ctx)) {
    if (old.length === most) break;
    const isOld = sequence < upTo || steps.must(ctx, [id, sequence]).timeSeconds < beforeSeconds;
    if (!isOld) break;
    old.push([id, sequence]);
  }
  for (const key of old) {
    steps.delete(ctx, key);
    stepQueue.delete(ctx, key[1]);
  }
}
