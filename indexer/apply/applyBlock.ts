import type { BlockFacts, EventFact } from '../source/facts.ts';
import { applyMarks } from './applyMarks.ts';
import { accountHandlers } from './accounts.ts';
import type { At, Attributes, Handlers } from './at.ts';
import { LedgerError } from './ledger.ts';
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

/** One that lacks what its kind has is of another program, or of a node that is not well. */
function takeEvent(ledger: Ledger, at: At, type: string, attributes: Attributes): void {
  if (!Object.hasOwn(handlers, type)) return;
  try {
    handlers[type]!(ledger, at, attributes);
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    const why = `${type} of block ${at.height} cannot be read (${(error as Error).message})`;
    throw new LedgerError(why, { cause: error });
  }
}

/** Takes what a block did into the ledger, in the order of things. @throws LedgerError */
export function applyBlock(ledger: Ledger, block: BlockFacts): void {
  const { height, timeMs, hash, before, txs, after } = block;
  const time = new Date(timeMs).toISOString();
  let idx = 0;
  const take = (events: readonly EventFact[], txHash: string | null): void => {
    for (const { type, attributes } of events) {
      const at: At = { height, idx: idx++, timeMs, time, txHash };
      takeEvent(ledger, at, type, attributes);
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
