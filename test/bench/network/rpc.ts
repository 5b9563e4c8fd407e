/** One JSON-RPC call to an engine. @throws Error with what the engine says */
export async function call<T>(rpc: string, method: string, params: object = {}): Promise<T> {
  const [answer] = await post(rpc, [{ method, params }]);
  if (answer?.result === undefined)
    throw new Error(`${method}: ${answer?.error?.data ?? 'nothing'}`);
  return answer.result as T;
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly data?: string };
}

/** Several calls in one request: the engine takes them in order. */
export async function post(
  rpc: string,
  calls: readonly { method: string; params: object }[],
): Promise<Answer[]> {
  const body = calls.map((c, id) => ({ jsonrpc: '2.0', id, ...c }));
  const response = await fetch(rpc, { method: 'POST', body: JSON.stringify(body) });
  const answers = (await response.json()) as Answer | Answer[];
  return Array.isArray(answers) ? answers : [answers];
}

/** Most calls that an engine takes in one request (rpc.max_request_batch_size). */
export const BATCH_MAX = 10;

/** Hands transactions over without waiting for CheckTx. @throws Error when the engine is full */
export async function broadcast(rpc: string, txs: readonly Uint8Array[]): Promise<void> {
  const calls = txs.map((tx) => ({
    method: 'broadcast_tx_async',
    params: { tx: Buffer.from(tx).toString('base64') },
  }));
  for (const { error } of await post(rpc, calls)) {
    if (error !== undefined) throw new Error(`broadcast: ${JSON.stringify(error)}`);
  }
}

export async function heightOf(rpc: string): Promise<number> {
  const { sync_info } = await call<{ sync_info: { latest_block_height: string } }>(rpc, 'status');
  return Number(sync_info.latest_block_height);
}

interface Blockchain {
  readonly block_metas: readonly {
    readonly num_txs: string;
    readonly header: { readonly height: string; readonly time: string };
  }[];
}

export interface BlockSize {
  readonly height: number;
  readonly txs: number;
  readonly timeMs: number;
}

/** The engine gives at most this many block metas a call. */
const METAS_MAX = 20;

/** The sizes of the blocks from one height to another. */
export async function blockSizes(rpc: string, from: number, to: number): Promise<BlockSize[]> {
  const sizes: BlockSize[] = [];
  for (let low = from; low <= to; low += METAS_MAX) {
    const high = Math.min(to, low + METAS_MAX - 1);
    const { block_metas: metas } = await call<Blockchain>(rpc, 'blockchain', {
      minHeight: String(low),
      maxHeight: String(high),
    });
    for (const { num_txs, header } of metas.toReversed()) {
      const timeMs = Date.parse(header.time);
      sizes.push({ height: Number(header.height), txs: Number(num_txs), timeMs });
    }
  }
  return sizes;
}

/**
 * How many transactions of a block were executed with a code other than 0, by code. The block must
 * not be the last: its results are stored a little later than it shows.
 */
export async function refusals(rpc: string, height: number): Promise<Map<string, number>> {
  const { txs_results: results } = await call<{
    txs_results: { code: number; codespace: string }[] | null;
  }>(rpc, 'block_results', { height: String(height) });
  const counts = new Map<string, number>();
  for (const { code, codespace } of results ?? []) {
    if (code === 0) continue;
    const key = `${codespace}/${code}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
