import { setTimeout as sleep } from 'node:timers/promises';
import { Counter } from './counter.ts';
import type { Counted, Flow } from './counter.ts';
import type { Cpu } from './cpu.ts';
import { ExecutedWatch } from './executed.ts';
import { batchOf, batchesOf, broadcastBatch, waiting } from './rpc.ts';
import type { Batch } from './rpc.ts';

/** Actions that wait for a block: more than two blocks of a saturated network take. */
const WINDOW = 2_000;
const POLL_MS = 20;
/** What is in no mempool for this many blocks will be in no block. */
const GRACE_BLOCKS = 2;
const DRAIN_LIMIT_MS = 30_000;

/** What one sender sends in order: sequences of an account must not overtake each other. */
export interface Lane {
  readonly rpc: string;
  readonly txs: readonly Uint8Array[];
}

export interface LoadOptions {
  readonly lanes: readonly Lane[];
  /** Transactions in each block that are not the load's own: the injected votes. */
  readonly ownTxsPerBlock: number;
  /** Actions in a transaction, 1 when absent. */
  readonly actions?: number;
  /** Ends sending before the lanes are through. */
  readonly seconds?: number;
  /** Transactions a second in all; as fast as they are taken when absent. */
  readonly ratePerSecond?: number;
  /** Actions that may wait for a block; more than two blocks take. */
  readonly window?: number;
  /** Seconds of CPU so far, by part; asked as blocks are executed. */
  readonly usage?: () => Cpu | undefined;
}

const rpcsOf = (lanes: readonly Lane[]) => [...new Set(lanes.map(({ rpc }) => rpc))];

/** Sends transactions through the engines' RPC and counts what became of every one of them. */
export async function runLoad(options: LoadOptions): Promise<Counted> {
  const rpcs = rpcsOf(options.lanes);
  const lanes = options.lanes.map(({ rpc, txs }) => ({ rpc, batches: batchesOf(txs) }));
  const watch = await ExecutedWatch.start(rpcs);
  const counter = new Counter(watch, rpcs[0]!, options.ownTxsPerBlock, options.usage);
  const flow: Flow = {
    sent: 0,
    executed: 0,
    stopped: false,
    refused: new Map(),
    sentAt: new Map(),
  };
  try {
    const started = performance.now();
    const endsAt = started + (options.seconds ?? Infinity) * 1_000;
    const window = (options.window ?? WINDOW) / (options.actions ?? 1);
    const mayGo = () => {
      const due = ((performance.now() - started) / 1_000) * (options.ratePerSecond ?? Infinity);
      return flow.sent - flow.executed < window && flow.sent <= due;
    };
    const sending = Promise.all(lanes.map((lane) => sendLane(lane, flow, mayGo)));
    let ended = false;
    void sending.finally(() => (ended = true)).catch(() => undefined);
    while (!ended) {
      await sleep(POLL_MS);
      await counter.follow(flow);
      if (performance.now() > endsAt) flow.stopped = true;
    }
    await sending;
    await drain(watch, rpcs);
    await counter.read(flow);
  } finally {
    await watch.stop();
  }
  return counter.result(flow);
}

/** Waits until nothing of the load can still be in a block to come. */
async function drain(watch: ExecutedWatch, rpcs: readonly string[]): Promise<void> {
  const until = performance.now() + DRAIN_LIMIT_MS;
  for (let emptyAt: number | undefined; performance.now() < until;) {
    const empty = (await Promise.all(rpcs.map(waiting))).every((n) => n === 0);
    if (!empty) emptyAt = undefined;
    else if ((emptyAt ??= watch.height) + GRACE_BLOCKS <= watch.height) return;
    await sleep(POLL_MS);
  }
}

/** What a lane sends, made before the clock starts. */
interface PreparedLane {
  readonly rpc: string;
  readonly batches: readonly Batch[];
}

async function sendLane({ rpc, batches }: PreparedLane, flow: Flow, mayGo: () => boolean) {
  for (const batch of batches) {
    for (let rest: Batch | null = batch; rest !== null && !flow.stopped;) {
      if (!mayGo()) {
        await sleep(5);
        continue;
      }
      rest = await sendBatch(rpc, rest, flow);
      if (rest !== null) await sleep(50);
    }
  }
}

/** Sends a batch. What a full mempool had no room for is returned, to be sent again. */
async function sendBatch(rpc: string, batch: Batch, flow: Flow): Promise<Batch | null> {
  flow.sent += batch.txs.length;
  const now = performance.now();
  for (const key of batch.keys) flow.sentAt.set(key, now);
  const { refused, left } = await broadcastBatch(rpc, batch);
  for (const code of refused) flow.refused.set(code, (flow.refused.get(code) ?? 0) + 1);
  flow.sent -= left;
  flow.executed += refused.length;
  return left === 0 ? null : batchOf(batch.txs.slice(-left));
}
