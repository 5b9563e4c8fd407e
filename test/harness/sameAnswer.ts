import type * as abci from 'cosmjs-types/tendermint/abci/types';

/** The parts of an answer that are consensus data. */
export function sameAnswer(a: abci.ResponseFinalizeBlock, b: abci.ResponseFinalizeBlock): boolean {
  const consensus = (answer: abci.ResponseFinalizeBlock) =>
    JSON.stringify(
      {
        appHash: Buffer.from(answer.appHash).toString('hex'),
        results: answer.txResults.map(({ code, data, gasWanted, gasUsed, events }) => [
          code,
          Buffer.from(data).toString('hex'),
          gasWanted,
          gasUsed,
          events,
        ]),
        events: answer.events,
        updates: answer.validatorUpdates,
        params: answer.consensusParamUpdates,
      },
      (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    );
  return consensus(a) === consensus(b);
}
