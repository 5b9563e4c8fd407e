import { Refusal } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import { rounded, usd } from '../rpc/decimal.ts';

/** What a position has in the requirements of its account, in USD. */
export interface PositionMargin {
  readonly initial: number;
  readonly maintenance: number;
}

/** Nothing is held, so that nothing is required. */
export const NO_POSITION: PositionMargin = { initial: 0, maintenance: 0 };

/**
 * What the requirements would be less by if a position were closed, at marks of now: an account is
 * judged as a whole, and that is a position's share of it, in every mode. One that hedges others
 * has none. Null where the chain cannot say, without prices.
 */
export async function marginOfPosition(
  client: TenorClient,
  { symbol: series, quantity }: { readonly symbol: string; readonly quantity: bigint },
): Promise<PositionMargin | null> {
  try {
    const { before, after } = await client.whatIf({ trades: [{ series, quantity: -quantity }] });
    const share = (of: 'initialRequirementUusd' | 'maintenanceRequirementUusd'): number =>
      Math.max(0, rounded(usd(before![of] - after![of]), 6));
    return {
      initial: share('initialRequirementUusd'),
      maintenance: share('maintenanceRequirementUusd'),
    };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
