import { Labels } from '../account/labels.ts';
import type { Claim } from '../account/labels.ts';
import type { Order } from '../account/order.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';

export interface Claimed {
  readonly clientOrderId: string;
  /** The order that the label stands for already; null: it is to be placed. */
  readonly known: Order | null;
}

/**
 * The order that a label with terms stands for already, or the name for a new one (ADR 163).
 * @throws RpcError nonUniqueLabel where nobody knows any more what became of it
 */
export async function claimLabel(
  services: Services,
  label: string,
  terms: string,
): Promise<Claimed> {
  if (label === '') return { clientOrderId: Labels.unlabelled(), known: null };
  const { labels } = services.trading;
  const claim = labels.claim(label, terms);
  const { clientOrderId, isKnown, isAnswered } = claim;
  if (!isKnown) return { clientOrderId, known: null };
  const known = await whatBecameOf(services, claim);
  if (!isAnswered) return { clientOrderId, known };
  if (known !== null && !isSpent(services, known)) return { clientOrderId, known };
  return { clientOrderId: labels.renew(clientOrderId).clientOrderId, known: null };
}

/** Whether one that was answered stands for its label no more. */
function isSpent({ market, repeatsLabels }: Services, order: Order): boolean {
  if (repeatsLabels) return true;
  if (order.state === 'open') return false;
  return order.filled === 0n || order.updatedMs + market.endedOrdersMs < market.timeMs;
}

async function whatBecameOf(services: Services, claim: Claim): Promise<Order | null> {
  const { trading, account, history, market } = services;
  const { clientOrderId, isAnswered, timeMs } = claim;
  const known = await trading.lookUp.findByClientId(clientOrderId);
  // Had it come since then, it would have been told.
  if (known !== null || isAnswered || timeMs >= account.sinceMs) return known;
  const past = (await history?.byClientId(clientOrderId)) ?? null;
  if (past !== null) return past[0] ?? null;
  const ageMs = Date.now() - timeMs;
  // As long as the chain knows what ended it has said that there was none; clocks may differ.
  if (ageMs < market.endedOrdersMs * 0.9) return null;
  const minutes = Math.round(ageMs / 60_000);
  const reason =
    `it was asked for ${minutes} minutes ago and nobody was answered; the chain has forgotten ` +
    'what became of it: look at your trades, then use another label, or name an indexer ' +
    '(--history)';
  throw new RpcError('nonUniqueLabel', { param: 'label', reason });
}
