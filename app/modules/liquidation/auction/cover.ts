import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import {
  accountsParams,
  changeCash,
  getSubaccount,
  holdersIn,
  isFlagged,
  payFromFund,
  positionOf,
} from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { markUusdOf, spareCash } from '../../margin/index.ts';
import { splitByWeight } from '../../margin/core/index.ts';
import { UNITS_PER_CONTRACT, minOf } from '../../options/core/index.ts';
import { isTrading, seriesById } from '../../options/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import type { Health } from '../health.ts';
import { namesOf } from '../names.ts';
import type { Looks } from './deleverage.ts';
import { splitByUnderlying } from './risk.ts';

/**
 * Covers the debt of a subaccount that holds nothing any more: by the fund, and then pro rata by
 * who gains in the same underlying. What neither can cover stays a debt, which the fund pays later.
 */
export function coverDebt(
  ctx: Ctx,
  flag: Flag,
  health: Health,
  rules: BlockRules,
  looks: Looks,
): void {
  const account = defined(getSubaccount(ctx, flag.subaccountId), 'a flagged subaccount');
  const parts = splitByUnderlying(ctx, flag, account, health, -account.cashUusd);
  for (const { underlyingId, uusd } of parts) {
    const leftUusd = uusd - payFromFund(ctx, account.id, underlyingId, uusd);
    const isKnown = rules.settledIn.has(underlyingId);
    // Dust waits for what the fund earns next: nobody else is troubled for it.
    const isMuch = leftUusd > accountsParams.get(ctx).dustUusd;
    if (isMuch && isKnown && looks.left > 0 && mayShare(ctx, flag, rules)) {
      shareLoss(ctx, flag, underlyingId, leftUusd, looks);
    }
  }
}

/** Gains are looked through again only now and then: they grow slowly. */
function mayShare({ header }: View, { lastStepHeight }: Flag, { params }: BlockRules): boolean {
  if (lastStepHeight === 0n) return true;
  return BigInt(header.height) >= lastStepHeight + BigInt(params.fastBlocks);
}

interface Gainer {
  readonly account: Subaccount;
  readonly takeableUusd: bigint;
}

/** Takes a loss from unrealised gains in proportion, and no cash below 0. */
function shareLoss(
  ctx: Ctx,
  flag: Flag,
  underlyingId: number,
  lossUusd: bigint,
  looks: Looks,
): void {
  const gainers = gainersIn(ctx, underlyingId, looks);
  const weights = gainers.map(({ takeableUusd }) => takeableUusd);
  const sum = weights.reduce((all, uusd) => all + uusd, 0n);
  const parts = splitByWeight(minOf(lossUusd, sum), weights);
  gainers.forEach(({ account: { id, owner, number } }, i) => {
    const uusd = parts[i]!;
    if (uusd === 0n) return;
    changeCash(ctx, id, -uusd);
    changeCash(ctx, flag.subaccountId, uusd);
    ctx.emit('loss_shared', {
      ...namesOf(flag),
      payer: owner,
      payer_subaccount: String(number),
      underlying_id: String(underlyingId),
      amount_uusd: uusd.toString(),
    });
  });
}

/** By id: who would have gained in an underlying by closing all at the marks. */
function gainersIn(view: View, underlyingId: number, looks: Looks): Gainer[] {
  const gains = new Map<bigint, bigint>();
  for (const [id, seriesId] of holdersIn(view, underlyingId)) {
    looks.left--;
    const series = defined(seriesById(view, seriesId), 'the series of a position');
    const markUusd = isTrading(view, series) ? markUusdOf(view, series) : undefined;
    if (markUusd === undefined) continue;
    const { quantity, costUusd } = positionOf(view, id, seriesId)!;
    const gainUusd = (quantity * markUusd) / UNITS_PER_CONTRACT - costUusd;
    gains.set(id, (gains.get(id) ?? 0n) + gainUusd);
  }
  const ids = [...gains.keys()].sort((a, b) => (a < b ? -1 : 1));
  return ids.flatMap((id) => {
    const account = defined(getSubaccount(view, id), 'a holder');
    const takeableUusd = minOf(gains.get(id)!, spareCash(view, account));
    return takeableUusd > 0n && !isFlagged(view, id) ? { account, takeableUusd } : [];
  });
}
