import type { ReadTx } from '../../app/runtime/readTx.ts';

/** What the order inside a block looks at. */
export interface OrderedTx {
  readonly owner: string;
  readonly blockClass: number;
  /** Of one that is unordered, its timeout. */
  readonly sequence: number;
  readonly unordered: boolean;
}

/** A read transaction as far as its order is concerned; its hash is its number. */
export function readSentAs(id: number, tx: OrderedTx): ReadTx {
  const { owner, blockClass, sequence, unordered } = tx;
  const content = {
    signers: [owner],
    accounts: [owner],
    body: { unordered, timeoutTimestamp: { seconds: BigInt(sequence), nanos: 0 } },
    authInfo: { signerInfos: [{ sequence: BigInt(sequence) }] },
    actions: [{ msg: {}, handler: { blockClass: () => blockClass } }],
  };
  const name = String(id).padStart(4, '0');
  return { bytes: Buffer.from(name), hash: name, content } as unknown as ReadTx;
}
