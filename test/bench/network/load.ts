import { setTimeout as sleep } from 'node:timers/promises';
import type { Work } from '../../../scripts/bench/rules.mjs';
import { ExecutedWatch } from './executed.ts';
import { batchOf, batchesOf, blockAt, broadcastBatch, txCounts, waiting } from './rpc.ts';
import type { Batch, Block } from './rpc.ts';

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
}

export interface LoadResult {
  readonly work: Work;
  /** Accepted a second, from execution of the load's first block to that of its last but one. */
  readonly perSecond: number;
  /** The rate of the second half of that time against the first half's: 1 is steady. */
  readonly drift: number;
  /** Between the times of its blocks, sorted. */
  readonly intervalsMs: readonly number[];
  /** From handing a transaction over to the execution of its block by the first node, sorted. */
  readonly latenciesMs: readonly number[];
  /** CPU of this process for it, in seconds: what the load itself takes from the machine. */
  readonly cpuSeconds: number;
}

interface Flow {
  sent: number;
  executed: number;
  stopped: boolean;
  readonly refused: Map<string, number>;
  readonly sentAt: Map<string, number>;
}

const rpcsOf = (lanes: readonly Lane[]) => [...new Set(lanes.map(({ rpc }) => rpc))];

/** Sends transactions through the engines' RPC and counts what became of every one of them. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const rpcs = rpcsOf(options.lanes);
  const lanes = options.lanes.map(({ rpc, txs }) => ({ rpc, batches: batchesOf(txs) }));
  const watch = await ExecutedWatch.start(rpcs);
  const counter = new Counter(watch, rpcs[0]!, options.ownTxsPerBlock);
  const flow: Flow = {
    sent: 0,
    executed: 0,
    stopped: false,
    refused: new Map(),
    sentAt: new Map(),
  };
  const cpuBefore = process.cpuUsage();
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
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ...counter.result(flow), cpuSeconds: (user + system) / 1e6 };
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

/** A rate over less than this is none. */
const MIN_BLOCKS = 3;
const MIN_SECONDS = 2;

/**
 * Follows the blocks that every node has executed: their sizes while the load runs, their contents,
 * which cost the engine more than a transaction does, when it is over.
 */
class Counter {
  readonly #watch: ExecutedWatch;
  readonly #rpc: string;
  readonly #ownTxs: number;
  readonly #blocks: Block[] = [];
  readonly #latenciesMs: number[] = [];
  #height: number;
  #readTo: number;

  constructor(watch: ExecutedWatch, rpc: string, ownTxs: number) {
    this.#watch = watch;
    this.#rpc = rpc;
    this.#ownTxs = ownTxs;
    this.#height = watch.height;
    this.#readTo = watch.height;
  }

  async follow(flow: Flow): Promise<void> {
    const to = this.#watch.height;
    if (to === this.#height) return;
    for (const count of await txCounts(this.#rpc, this.#height + 1, to)) {
      flow.executed += Math.max(0, count - this.#ownTxs);
    }
    this.#height = to;
  }

  async read(flow: Flow): Promise<void> {
    for (const to = this.#watch.height; this.#readTo < to;) {
      const block = await blockAt(this.#rpc, this.#readTo + 1, this.#ownTxs);
      this.#readTo = block.height;
      const own = block.txs.filter(({ key }) => flow.sentAt.has(key));
      if (own.length === 0) continue;
      this.#blocks.push({ ...block, txs: own });
      const at = this.#watch.firstAt(block.height)!;
      for (const { key, verdict } of own) {
        if (verdict === 'ok') this.#latenciesMs.push(at - flow.sentAt.get(key)!);
      }
    }
  }

  result(flow: Flow): Omit<LoadResult, 'cpuSeconds'> {
    const refused = new Map(flow.refused);
    let accepted = 0;
    for (const { verdict } of this.#blocks.flatMap(({ txs }) => txs)) {
      if (verdict === 'ok') accepted++;
      else refused.set(verdict, (refused.get(verdict) ?? 0) + 1);
    }
    const known = accepted + [...refused.values()].reduce((a, b) => a + b, 0);
    if (flow.sent > known) refused.set('lost', flow.sent - known);
    const sort = (values: number[]) => values.sort((a, b) => a - b);
    const gaps = this.#blocks.slice(1).map((b, i) => b.timeMs - this.#blocks[i]!.timeMs);
    return {
      work: { accepted, refused: Object.fromEntries(refused) },
      ...this.#rates(),
      intervalsMs: sort(gaps),
      latenciesMs: sort(this.#latenciesMs),
    };
  }

  /**
   * The first block only starts the clock; it holds what came while the senders got going. The last
   * holds what was left.
   */
  #rates(): { perSecond: number; drift: number } {
    const at = ({ height }: Block) => this.#watch.allAt(height)! / 1_000;
    const [first, ...rest] = this.#blocks.slice(0, -1);
    const last = rest.at(-1);
    const none = { perSecond: NaN, drift: NaN };
    if (first === undefined || last === undefined || rest.length < MIN_BLOCKS) return none;
    const [from, to] = [at(first), at(last)];
    if (to - from < MIN_SECONDS) return none;
    const middle = rest.find((block) => at(block) >= (from + to) / 2)!;
    const count = (blocks: readonly Block[]) =>
      blocks.flatMap(({ txs }) => txs).filter(({ verdict }) => verdict === 'ok').length;
    const early = rest.filter(({ height }) => height <= middle.height);
    const late = rest.filter(({ height }) => height > middle.height);
    const earlyRate = count(early) / (at(middle) - from);
    const lateRate = count(late) / (to - at(middle));
    return { perSecond: count(rest) / (to - from), drift: lateRate / earlyRate };
  }
}
