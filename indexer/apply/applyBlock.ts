import type { BlockFacts, EventFact } from '../source/facts.ts';
import { applyMarks } from './applyMarks.ts';
import { accountHandlers } from './accounts.ts';
import type { At, Handlers } from './at.ts';
import type { Ledger } from './ledger.ts';
import { liquidationHandlers } from './liquidations.ts';
import { orderHandlers } from './orders.ts';
import { priceHandlers } from './prices.ts';
import { tradeHandlers } from './trades.ts';

const handlers: Handlers = {
  ...orderHandlers,
  ...tradeHandlers,
  ...accountHandlers,
  ...liquidationHandlers,
  ...priceHandlers,
};

/** Takes what a block did into the ledger, in the order of things. @throws LedgerError */
export function applyBlock(ledger: Ledger, block: BlockFacts): void {
  const { height, timeMs, hash, before, txs, after } = block;
  const time = new Date(timeMs).toISOString();
  let idx = 0;
  const take = (events: readonly EventFact[], txHash: string | null): void => {
    for (const { type, attributes } of events) {
      const at: At = { height, idx: idx++, timeMs, time, txHash };
      handlers[type]?.(ledger, at, attributes);
    }
  };
  take(before, null);
  for (const tx of txs) take(tx.events, tx.hash);
  take(after, null);
  if (block.marks !== undefined) applyMarks(ledger, { height, timeMs, time }, block.marks);
  const failed_txs = txs.filter(({ code }) => code !== 0).length;
  ledger.log('blocks', { height, time, hash, txs: txs.length, failed_txs });
  ledger.endBlock();
}
