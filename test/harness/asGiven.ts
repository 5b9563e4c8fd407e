import type * as abci from 'cosmjs-types/tendermint/abci/types';

/** An answer whose results are in the order in which the transactions were given. */
export function asGiven(
  answer: abci.ResponseFinalizeBlock,
  txs: readonly Uint8Array[],
  given: readonly Uint8Array[],
): abci.ResponseFinalizeBlock {
  const nameOf = (tx: Uint8Array) => Buffer.from(tx).toString('latin1');
  const rank = new Map(given.map((tx, i) => [nameOf(tx), i] as const));
  const txResults = txs
    .map((tx, i) => ({ at: rank.get(nameOf(tx)) ?? -1, result: answer.txResults[i]! }))
    .sort((a, b) => a.at - b.at)
    .map(({ result }) => result);
  return { ...answer, txResults };
}
