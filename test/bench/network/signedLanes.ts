import type { NodeClient } from '../../e2e/client.ts';
import type { AnyMsg, TxOptions, UserKey } from '../../harness/keys.ts';
import type { Lane } from './load.ts';

export const LANES = 16;

export interface Trader {
  readonly key: UserKey;
  /** As its chain writes it. */
  readonly address: string;
}

/** So many transactions of each of the first so many traders. */
export interface Amount {
  readonly traders: number;
  readonly each: number;
}

export type Fee = Partial<Pick<TxOptions, 'fee' | 'gasLimit'>>;

export interface Signing {
  readonly chainId: string;
  readonly node: NodeClient;
  /** Of all nodes: lanes take them in turn. */
  readonly rpcs: readonly string[];
  readonly senders: readonly Trader[];
  readonly each: number;
  readonly msgsOf: (trader: Trader) => AnyMsg[];
  readonly fee: Fee;
}

/** Transactions as lanes that keep each sender's order, from the sequences that state has now. */
export async function signedLanes(signing: Signing): Promise<Lane[]> {
  const { chainId, node, rpcs, senders, each, msgsOf, fee } = signing;
  const lanes = Array.from({ length: LANES }, (_, i) => {
    return { rpc: rpcs[i % rpcs.length]!, txs: [] as Uint8Array[] };
  });
  const accounts = await Promise.all(senders.map(({ address }) => node.account(address)));
  for (let n = 0; n < each; n++) {
    senders.forEach((trader, i) => {
      const { accountNumber, sequence: first } = accounts[i]!;
      const options = { chainId, accountNumber, sequence: first + BigInt(n), ...fee };
      lanes[i % lanes.length]!.txs.push(trader.key.signTx(msgsOf(trader), options));
    });
  }
  return lanes;
}
