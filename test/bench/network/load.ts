import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_MAX, blockSizes, broadcast, heightOf, refusals } from './rpc.ts';

/** Transactions waiting for a block: fewer than the engines' mempools hold. */
const WINDOW = 8_000;
const POLL_MS = 50;
/** Without a transaction in a block for this long, the rest is given up. */
const STALL_MS = 20_000;

/** What one sender sends in order: sequences of an account must not overtake each other. */
export interface Lane {
  readonly rpc: string;
  readonly txs: readonly Uint8Array[];
}

export interface LoadResult {
  readonly committed: number;
  readonly refused: number;
  readonly seconds: number;
  readonly blocks: number;
}

export interface LoadOptions {
  readonly lanes: readonly Lane[];
  /** Transactions in each block that are not the load's own: the injected votes. */
  readonly ownTxsPerBlock: number;
  /** Transactions a second in all; as fast as they are taken when absent. */
  readonly ratePerSecond?: number;
}

/** Counts what is committed, from the block after `from` on. */
class Counter {
  committed = 0;
  readonly #rpc: string;
  readonly #ownTxs: number;
  readonly from: number;
  height: number;

  constructor(rpc: string, from: number, ownTxs: number) {
    this.#rpc = rpc;
    this.#ownTxs = ownTxs;
    this.from = from;
    this.height = from;
  }

  async poll(): Promise<void> {
    const latest = await heightOf(this.#rpc);
    if (latest === this.height) return;
    for (const { txs } of await blockSizes(this.#rpc, this.height + 1, latest)) {
      this.committed += Math.max(0, txs - this.#ownTxs);
    }
    this.height = latest;
  }

  async refused(): Promise<number> {
    let count = 0;
    while ((await heightOf(this.#rpc)) <= this.height) await sleep(POLL_MS);
    for (let height = this.from + 1; height <= this.height; height++) {
      for (const n of (await refusals(this.#rpc, height)).values()) count += n;
    }
    return count;
  }
}

/** Sends all transactions through the engines' RPC and waits until they are in blocks. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { lanes, ownTxsPerBlock } = options;
  const rpc = lanes[0]!.rpc;
  const total = lanes.reduce((sum, { txs }) => sum + txs.length, 0);
  const counter = new Counter(rpc, await heightOf(rpc), ownTxsPerBlock);
  const started = performance.now();
  const flow = { sent: 0, stopped: false };
  const mayGo = () => {
    const due = ((performance.now() - started) / 1_000) * (options.ratePerSecond ?? Infinity);
    return flow.sent - counter.committed < WINDOW && flow.sent <= due;
  };
  const sending = lanes.map((lane) => sendLane(lane, flow, mayGo));
  let changedAt = started;
  let last = 0;
  while (counter.committed < total && performance.now() - changedAt < STALL_MS) {
    await sleep(POLL_MS);
    await counter.poll();
    if (counter.committed !== last) changedAt = performance.now();
    last = counter.committed;
  }
  flow.stopped = true;
  await Promise.all(sending);
  const seconds = (changedAt - started) / 1_000;
  const blocks = counter.height - counter.from;
  return { committed: counter.committed, refused: await counter.refused(), seconds, blocks };
}

async function sendLane(
  { rpc, txs }: Lane,
  flow: { sent: number; stopped: boolean },
  mayGo: () => boolean,
): Promise<void> {
  for (let at = 0; at < txs.length; at += BATCH_MAX) {
    while (!mayGo()) {
      if (flow.stopped) return;
      await sleep(5);
    }
    const batch = txs.slice(at, at + BATCH_MAX);
    flow.sent += batch.length;
    await broadcast(rpc, batch);
  }
}
