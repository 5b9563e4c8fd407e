import { createHash } from 'node:crypto';
import { SourceError, splitEvents } from './facts.ts';
import { fetchGenesis } from './genesis.ts';
import type { BlockFacts, BlockSource, EventFact, Genesis, Range, TxFact } from './facts.ts';
import { callAll, readable } from './jsonRpc.ts';
import type { Call } from './jsonRpc.ts';

/** The engine takes so many calls in a request (`max_request_batch_size`). */
const CALLS = 10;
/** The engine tells so many headers at once. */
const HEADERS = 20;
/** Requests on their way at once. */
const PARALLEL = 6;

interface RpcEvent {
  readonly type: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[] | null;
}

interface RpcResults {
  readonly height: string;
  readonly txs_results:
    readonly { readonly code: number; readonly events: readonly RpcEvent[] | null }[] | null;
  readonly finalize_block_events: readonly RpcEvent[] | null;
}

interface RpcMeta {
  readonly block_id: { readonly hash: string };
  readonly header: {
    readonly height: string;
    readonly time: string;
    readonly last_block_id: { readonly hash: string };
  };
}

interface RpcBlock {
  readonly block: { readonly data: { readonly txs: readonly string[] | null } };
}

interface RpcStatus {
  readonly node_info: { readonly network: string };
  readonly sync_info: {
    readonly latest_block_height: string;
    readonly latest_block_hash: string;
    readonly earliest_block_height: string;
  };
}

const eventOf = ({ type, attributes }: RpcEvent): EventFact => {
  const byKey: Record<string, string> = {};
  for (const { key, value } of attributes ?? []) byKey[key] = value;
  return { type, attributes: byKey };
};

const hashOf = (tx: string): string =>
  createHash('sha256').update(Buffer.from(tx, 'base64')).digest('hex').toUpperCase();

/** Votes are injected as a block's first transaction, which begins so and tells no events. */
const INJECTED = 0x00;
const isInjected = (tx: string | undefined): boolean =>
  tx !== undefined && Buffer.from(tx.slice(0, 4), 'base64')[0] === INJECTED;

/** Whether a block has a transaction that told anything. */
const hasTold = ({ txs_results: results }: RpcResults): boolean =>
  (results ?? []).some(({ code, events }) => code !== 0 || (events ?? []).length > 0);

/**
 * Blocks from an engine's RPC: what each did from `block_results`, times from headers, and the
 * hashes of transactions where a block has any.
 */
export class RpcSource implements BlockSource {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  range(): Promise<Range> {
    return readable(this.#url, this.#range());
  }

  async #range(): Promise<Range> {
    const [status] = (await callAll(this.#url, [{ method: 'status', params: {} }])) as [RpcStatus];
    const { sync_info: sync, node_info: node } = status;
    return {
      ...{ chainId: node.network, first: Number(sync.earliest_block_height) },
      ...{ last: Number(sync.latest_block_height), lastHash: sync.latest_block_hash },
    };
  }

  genesis(): Promise<Genesis> {
    return fetchGenesis(this.#url);
  }

  /** A node that answers half, or something else, is asked again. */
  blocks(from: number, to: number): Promise<BlockFacts[]> {
    return readable(this.#url, this.#blocks(from, to));
  }

  async #blocks(from: number, to: number): Promise<BlockFacts[]> {
    const heights = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const [results, metas] = await Promise.all([
      this.#all<RpcResults>(
        heights.map((height) => ({ method: 'block_results', params: { height: String(height) } })),
      ),
      this.#metas(from, to),
    ]);
    const withTxs = heights.filter((_, i) => hasTold(results[i]!));
    const blocks = await this.#all<RpcBlock>(
      withTxs.map((height) => ({ method: 'block', params: { height: String(height) } })),
    );
    const txsOf = new Map(withTxs.map((height, i) => [height, blocks[i]!.block.data.txs ?? []]));
    return heights.map((height, i) => {
      const meta = metas.get(height);
      if (meta === undefined) throw new SourceError(`${this.#url}: no header of ${height}`);
      const txs = txsOf.get(height) ?? null;
      requireWhole(this.#url, height, results[i]!, txs);
      return factsOf(meta, results[i]!, txs);
    });
  }

  async #metas(from: number, to: number): Promise<Map<number, RpcMeta>> {
    const calls: Call[] = [];
    for (let low = from; low <= to; low += HEADERS) {
      const high = Math.min(low + HEADERS - 1, to);
      const params = { minHeight: String(low), maxHeight: String(high) };
      calls.push({ method: 'blockchain', params });
    }
    const answers = await this.#all<{ block_metas: readonly RpcMeta[] }>(calls);
    return new Map(
      answers.flatMap(({ block_metas: metas }) =>
        metas.map((meta) => [Number(meta.header.height), meta] as const),
      ),
    );
  }

  /** Answers in the order of the calls; some requests at a time. */
  async #all<T>(calls: readonly Call[]): Promise<T[]> {
    const answers = new Array<T>(calls.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < calls.length) {
        const start = next;
        next += CALLS;
        const found = await callAll(this.#url, calls.slice(start, start + CALLS));
        found.forEach((answer, i) => (answers[start + i] = answer as T));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return answers;
  }
}

/** Results are of the height that was asked for, one a transaction. @throws SourceError */
function requireWhole(
  url: string,
  height: number,
  { height: told, txs_results: results }: RpcResults,
  txs: readonly string[] | null,
): void {
  if (told !== String(height)) throw new SourceError(`${url}: results of ${told}, not ${height}`);
  const count = (results ?? []).length;
  if (txs === null || txs.length === count) return;
  throw new SourceError(`${url}: block ${height} has ${txs.length} transactions, ${count} results`);
}

function factsOf(
  { block_id: id, header }: RpcMeta,
  { txs_results: results, finalize_block_events: events }: RpcResults,
  txs: readonly string[] | null,
): BlockFacts {
  const own = splitEvents((events ?? []).map(eventOf));
  const all = (results ?? []).map(({ code, events: told }, i): TxFact => {
    const tx = txs?.[i];
    return {
      hash: tx === undefined ? null : hashOf(tx),
      code,
      events: (told ?? []).map(eventOf),
    };
  });
  // Where nothing was told the only one there can be is that of the votes.
  const injected = txs === null ? Math.min(all.length, 1) : isInjected(txs[0]) ? 1 : 0;
  return {
    ...{ height: Number(header.height), timeMs: Date.parse(header.time) },
    ...{ hash: id.hash, parentHash: header.last_block_id.hash },
    ...own,
    txs: all.slice(injected),
  };
}
