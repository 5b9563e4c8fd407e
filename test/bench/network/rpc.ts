import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly data?: string };
}

/** Attempts at a request whose connection was closed under it: engines close idle ones. */
const ATTEMPTS = 5;
const RETRY_MS = 20;

interface Call {
  readonly method: string;
  readonly params: object;
}

/** Several calls in one request: the engine takes them in order. */
const bodyOf = (calls: readonly Call[]) =>
  JSON.stringify(calls.map((c, id) => ({ jsonrpc: '2.0', id, ...c })));

async function post(rpc: string, body: string): Promise<Answer[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(rpc, { method: 'POST', body });
      const answers = (await response.json()) as Answer | Answer[];
      return Array.isArray(answers) ? answers : [answers];
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS * attempt);
    }
  }
}

/** One JSON-RPC call to an engine. @throws Error with what the engine says */
export async function call<T>(rpc: string, method: string, params: object = {}): Promise<T> {
  const [answer] = await post(rpc, bodyOf([{ method, params }]));
  if (answer?.result === undefined)
    throw new Error(`${method}: ${answer?.error?.data ?? 'nothing'}`);
  return answer.result as T;
}

/** Most calls that an engine takes in one request (rpc.max_request_batch_size). */
export const BATCH_MAX = 10;

export interface Checked {
  /** Taken into the mempool, one after another from the first. */
  readonly taken: number;
  /** Refused by CheckTx, by code. */
  readonly refused: readonly string[];
  /** How many the full mempool had no room for: to be sent again. */
  readonly left: number;
}

/** Transactions of one request, which CheckTx sees in this order. */
export interface Batch {
  readonly txs: readonly Uint8Array[];
  readonly keys: readonly string[];
  readonly body: string;
}

export function batchOf(txs: readonly Uint8Array[]): Batch {
  const calls = txs.map((tx) => ({
    method: 'broadcast_tx_sync',
    params: { tx: Buffer.from(tx).toString('base64') },
  }));
  return { txs, keys: txs.map(keyOf), body: bodyOf(calls) };
}

export function batchesOf(txs: readonly Uint8Array[]): Batch[] {
  const count = Math.ceil(txs.length / BATCH_MAX);
  return Array.from({ length: count }, (_, n) =>
    batchOf(txs.slice(n * BATCH_MAX, (n + 1) * BATCH_MAX)),
  );
}

/** What CheckTx says of transactions, as many as one request carries. */
export const broadcast = (rpc: string, txs: readonly Uint8Array[]): Promise<Checked> =>
  broadcastBatch(rpc, batchOf(txs));

export async function broadcastBatch(rpc: string, { txs, body }: Batch): Promise<Checked> {
  const answers = await post(rpc, body);
  const refused: string[] = [];
  for (const [at, { result, error }] of answers.entries()) {
    if (error !== undefined) {
      const text = error.data ?? '';
      // Sent again after a connection that broke: it is there already.
      if (text.includes('already exists in cache')) continue;
      if (!text.includes('mempool is full')) throw new Error(`broadcast: ${text}`);
      return { taken: at - refused.length, refused, left: txs.length - at };
    }
    const { code, codespace } = result as { code: number; codespace: string };
    if (code !== 0) refused.push(`${codespace}/${code} in CheckTx`);
  }
  return { taken: txs.length - refused.length, refused, left: 0 };
}

/** The last height that the application has executed: the engine shows a block before that. */
export async function executedHeight(rpc: string): Promise<number> {
  const { response } = await call<{ response: { last_block_height?: string } }>(rpc, 'abci_info');
  return Number(response.last_block_height ?? 0);
}

/** Transactions that wait in a node's mempool. */
export async function waiting(rpc: string): Promise<number> {
  return Number((await call<{ n_txs: string }>(rpc, 'num_unconfirmed_txs')).n_txs);
}

/** The engine gives at most this many block metas a call. */
const METAS_MAX = 20;

/** How many transactions the blocks from one height to another hold. */
export async function txCounts(rpc: string, from: number, to: number): Promise<number[]> {
  const counts: number[] = [];
  for (let low = from; low <= to; low += METAS_MAX) {
    const range = { minHeight: String(low), maxHeight: String(Math.min(to, low + METAS_MAX - 1)) };
    const { block_metas: metas } = await call<{ block_metas: { num_txs: string }[] }>(
      ...([rpc, 'blockchain', range] as const),
    );
    counts.push(...metas.map((meta) => Number(meta.num_txs)));
  }
  return counts;
}

export interface BlockTx {
  readonly key: string;
  /** 'ok', or codespace/code. */
  readonly verdict: string;
}

export interface Block {
  readonly height: number;
  readonly timeMs: number;
  readonly txs: readonly BlockTx[];
}

/** Names a transaction before and after it is in a block. */
export const keyOf = (tx: Uint8Array): string =>
  createHash('sha256').update(tx).digest('base64url');

/** A block with what became of its transactions, but for the engine's or the proposer's own. */
export async function blockAt(rpc: string, height: number, ownTxs: number): Promise<Block> {
  const params = { height: String(height) };
  const [shown, executed] = await Promise.all([
    call<{ block: { header: { time: string }; data: { txs: string[] | null } } }>(
      ...([rpc, 'block', params] as const),
    ),
    call<{ txs_results: { code: number; codespace: string }[] | null }>(
      ...([rpc, 'block_results', params] as const),
    ),
  ]);
  const results = executed.txs_results ?? [];
  const txs = (shown.block.data.txs ?? []).slice(ownTxs).map((tx, i) => {
    const { code, codespace } = results[i + ownTxs]!;
    const verdict = code === 0 ? 'ok' : `${codespace}/${code}`;
    return { key: keyOf(Buffer.from(tx, 'base64')), verdict };
  });
  return { height, timeMs: Date.parse(shown.block.header.time), txs };
}
