import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { CoveredExpiry } from '../../../proto/gen/tenor.margin.v1.ts';
import { formatExpiry } from '../../../app/modules/options/core/index.ts';
import { formatPrice, formatUsd } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import type { Output, Text } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import type { Remark } from '../showSent.ts';

/** What is said of an account in covered mode, at every order of it. */
export const CANNOT_BE_LIQUIDATED =
  'Covered: its cash pays at every settlement price, so it cannot be liquidated.';

/** What is said beside every order of an account: nothing unless it is in covered mode. */
export async function coverRemark(session: Session, owner: string): Promise<Remark> {
  const node = await session.node();
  const { subaccounts } = await node.ask(queries.subaccounts, { owner });
  const found = subaccounts.find(({ number }) => number === session.settings.subaccount);
  const cannotBeLiquidated = found?.mode === MarginMode.MARGIN_MODE_COVERED;
  return { cannotBeLiquidated, text: cannotBeLiquidated ? CANNOT_BE_LIQUIDATED : undefined };
}

/** What each expiry of a covered account can lose, and where. */
export function coveredTable(
  expiries: readonly CoveredExpiry[],
  names: ReadonlyMap<number, string>,
  out: Output,
): Text {
  const right = (title: string) => ({ title, align: 'right' as const });
  const usd = (value: bigint | undefined) => (value === undefined ? '–' : formatUsd(value));
  const rows = expiries.map((e) => [
    `${names.get(e.underlyingId) ?? e.underlyingId}-${formatExpiry(e.expirySeconds)}`,
    usd(e.heldUusd),
    formatPrice(e.heldPriceUusd),
    usd(e.orderedUusd),
    formatPrice(e.orderedPriceUusd),
  ]);
  const numbers = ['CAN LOSE', 'AT', 'WITH ORDERS', 'AT'].map(right);
  return out.table([{ title: 'EXPIRY' }, ...numbers], rows);
}
