import { createHash } from 'node:crypto';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import type { AbciApplication } from '../../app/abci/application.ts';
import { noopApplication } from './noopApplication.ts';

const MALFORMED_TX = 1;

export interface KvStore extends AbciApplication {
  readonly values: ReadonlyMap<string, string>;
  readonly height: bigint;
}

/** A small replicated map: a transaction `key=value` sets a key, and a query of `/key` reads it. */
export function kvStore(): KvStore {
  const values = new Map<string, string>();
  let height = 0n;
  let hash: Uint8Array = new Uint8Array(0);

  const codeOf = (tx: Uint8Array) => (tx.includes('='.charCodeAt(0)) ? 0 : MALFORMED_TX);

  return {
    ...noopApplication({
      info: () =>
        abci.ResponseInfo.fromPartial({ lastBlockHeight: height, lastBlockAppHash: hash }),
      query: ({ data }) => {
        const value = Buffer.from(values.get(Buffer.from(data).toString()) ?? '');
        return abci.ResponseQuery.fromPartial({ key: data, value, height });
      },
      checkTx: ({ tx }) => abci.ResponseCheckTx.fromPartial({ code: codeOf(tx), gasWanted: 1n }),
      extendVote: (request) => ({
        voteExtension: Buffer.from(`at ${request.height.toString()}`),
      }),
      finalizeBlock: (request) => {
        height = request.height;
        const txResults = request.txs.map((tx) => {
          const [key, value] = Buffer.from(tx).toString().split('=');
          if (key !== undefined && value !== undefined) values.set(key, value);
          return { code: codeOf(tx), gasUsed: 1n };
        });
        const state = JSON.stringify([height.toString(), ...values]);
        hash = createHash('sha256').update(state).digest();
        return abci.ResponseFinalizeBlock.fromPartial({ txResults, appHash: hash });
      },
    }),
    values,
    get height() {
      return height;
    },
  };
}
