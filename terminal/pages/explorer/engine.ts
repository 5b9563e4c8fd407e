import { sha256 } from '../../../app/lib/sha256.ts';
import { node } from '../../store/network.ts';
import type { ToldEvent } from './told.ts';

interface RpcAnswer<T> {
  readonly result?: T;
  readonly error?: { readonly message: string; readonly data?: string };
}

interface RawEvent {
  readonly type: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[] | null;
}

export interface RawResult {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly gas_used: string;
  readonly events: readonly RawEvent[] | null;
}

/** A transaction with what became of it. */
export interface Included {
  readonly hash: string;
  readonly height: string;
  readonly bytes: Uint8Array;
  readonly result: RawResult;
}

export interface ReadBlock {
  readonly height: string;
  readonly timeMs: number;
  readonly proposer: string;
  readonly appHash: string;
  readonly txs: readonly Included[];
  /** Of the block itself, not of a transaction. */
  readonly events: readonly ToldEvent[];
}

const MOST_FOUND = 30;

/** Asks the engine by the node's own address. @throws Error with its sentence */
async function rpc<T>(method: string, params: object): Promise<T> {
  const answer = await fetch(`${node.value}/rpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await answer.json()) as RpcAnswer<T>;
  if (result !== undefined) return result;
  throw new Error(error?.data ?? error?.message ?? `the node answered ${answer.status}`);
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const base64Of = (hex: string) =>
  btoa(hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

export const eventsOf = (events: readonly RawEvent[] | null): ToldEvent[] =>
  (events ?? []).map(({ type, attributes }) => ({
    type,
    attributes: Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, value])),
  }));

export async function readBlock(height: string): Promise<ReadBlock> {
  interface Block {
    readonly block: {
      readonly header: Readonly<
        Record<'height' | 'time' | 'proposer_address' | 'app_hash', string>
      >;
      readonly data: { readonly txs: readonly string[] | null };
    };
  }
  interface Results {
    readonly txs_results: readonly RawResult[] | null;
    readonly finalize_block_events: readonly RawEvent[] | null;
  }
  const [{ block }, results] = await Promise.all([
    rpc<Block>('block', { height }),
    rpc<Results>('block_results', { height }),
  ]);
  const { header, data } = block;
  return {
    height: header.height,
    timeMs: Date.parse(header.time),
    proposer: header.proposer_address,
    appHash: header.app_hash,
    txs: (data.txs ?? []).flatMap((base64, i) => {
      const result = results.txs_results?.[i];
      const bytes = bytesOf(base64);
      return result === undefined
        ? []
        : [{ hash: hexOf(sha256(bytes)), height: header.height, bytes, result }];
    }),
    events: eventsOf(results.finalize_block_events),
  };
}

interface Found {
  readonly hash: string;
  readonly height: string;
  readonly tx: string;
  readonly tx_result: RawResult;
}

const includedOf = ({ hash, height, tx, tx_result: result }: Found): Included => ({
  ...{ hash, height, bytes: bytesOf(tx), result },
});

export const readTx = async (hash: string): Promise<Included> =>
  includedOf(await rpc<Found>('tx', { hash: base64Of(hash), prove: false }));

/** The latest transactions that somebody signed. */
export async function transactionsOf(address: string): Promise<readonly Included[]> {
  const { txs } = await rpc<{ readonly txs: readonly Found[] | null }>('tx_search', {
    query: `message.sender='${address}'`,
    ...{ page: '1', per_page: String(MOST_FOUND), order_by: 'desc', prove: false },
  });
  return (txs ?? []).map(includedOf);
}
