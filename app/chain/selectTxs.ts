import { isReadable } from '../runtime/readTx.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import { isCancel } from '../runtime/tx.ts';
import { gasOf } from './blockRoom.ts';
import type { BlockRoom } from './blockRoom.ts';

/** A fifth of a block's gas is kept for cancels, as far as there are any. */
const CANCEL_SHARE = 5;
/** A cancel that wants more than this an action waits like anything else. */
const CANCEL_GAS_MAX = 100_000;

/**
 * The transactions that a block has room for, of those that wait, in their order. Cancels find room
 * when others no longer do. Once a transaction has to wait, those of its signers that come after it
 * wait, too, as their sequences follow its own; unordered ones need not. Nothing of the same
 * block follows a transaction of several signers either, which comes at its end.
 */
export function selectTxs(waiting: readonly ReadTx[], room: BlockRoom): ReadTx[] {
  const cancels = new Set(waiting.filter(isModestCancel));
  let keptGas = Math.min(
    Math.floor(room.gas / CANCEL_SHARE),
    [...cancels].reduce((sum, read) => sum + gasOf(read), 0),
  );
  const blocked = new Set<string>();
  const selected: ReadTx[] = [];
  for (const read of waiting) {
    const isKept = cancels.has(read);
    const signers = orderedSigners(read);
    const mustWait = signers.some((signer) => blocked.has(signer));
    if (mustWait || !room.fits(read, isKept ? 0 : keptGas)) {
      for (const signer of signers) blocked.add(signer);
      continue;
    }
    if (isKept) keptGas = Math.max(0, keptGas - gasOf(read));
    room.take(read);
    selected.push(read);
    if (signers.length > 1) for (const signer of signers) blocked.add(signer);
  }
  return selected;
}

/** Those that only take orders back, up to the first of their signer's that does something else. */
export function cancelsAmong(waiting: readonly ReadTx[]): ReadTx[] {
  const blocked = new Set<string>();
  return waiting.filter((read) => {
    const signers = orderedSigners(read);
    const isFree = signers.every((signer) => !blocked.has(signer));
    if (isFree && isReadable(read) && isCancel(read.content)) return true;
    for (const signer of signers) blocked.add(signer);
    return false;
  });
}

function isModestCancel(read: ReadTx): boolean {
  if (!isReadable(read) || !isCancel(read.content)) return false;
  return gasOf(read) <= CANCEL_GAS_MAX * read.content.actions.length;
}

function orderedSigners(read: ReadTx): readonly string[] {
  return isReadable(read) && !read.content.body.unordered ? read.content.accounts : [];
}
