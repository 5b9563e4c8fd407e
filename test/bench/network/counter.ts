import type { Work } from '../../../scripts/bench/rules.mjs';
import { ours, since } from './cpu.ts';
import type { Cpu } from './cpu.ts';
import type { ExecutedWatch } from './executed.ts';
import { blockAt, txCounts } from './rpc.ts';
import type { Block } from './rpc.ts';

/** A rate over less than this is none. */
const MIN_BLOCKS = 3;
const MIN_SECONDS = 2;

/** What was sent, and what became of it. */
export interface Flow {
  sent: number;
  executed: number;
  stopped: boolean;
  readonly refused: Map<string, number>;
  readonly sentAt: Map<string, number>;
}

/** What a stretch of a load's blocks gave. */
interface Stretch {
  readonly accepted: number;
  readonly seconds: number;
  /** Seconds of CPU; undefined where nobody tells it. */
  readonly cpu: Cpu | undefined;
}

/** What was counted of a load. */
export interface Counted {
  readonly work: Work;
  /** Accepted a second, from execution of the load's first block to that of its last but one. */
  readonly perSecond: number;
  /** Seconds of CPU by part that an accepted one took meanwhile; empty where nobody tells it. */
  readonly cpu: Cpu;
  /** How long that was. */
  readonly seconds: number;
  /** The second half of that time against the first: 1 is steady. */
  readonly halves: Halves;
  /** Between the times of its blocks, sorted. */
  readonly intervalsMs: readonly number[];
  /** From handing a transaction over to the execution of its block by the first node, sorted. */
  readonly latenciesMs: readonly number[];
}

export interface Halves {
  readonly rate: number;
  /** CPU of an accepted one, of all our parts; NaN where nobody tells it. */
  readonly cpu: number;
}

/**
 * Follows the blocks that every node has executed: their sizes while the load runs, their contents,
 * which cost the engine more than a transaction does, when it is over.
 */
export class Counter {
  readonly #watch: ExecutedWatch;
  readonly #rpc: string;
  readonly #ownTxs: number;
  readonly #usage: (() => Cpu | undefined) | undefined;
  readonly #blocks: Block[] = [];
  /** CPU when a height had been executed, of those that were seen at once. */
  readonly #cpuAt = new Map<number, Cpu | undefined>();
  readonly #latenciesMs: number[] = [];
  #height: number;
  #readTo: number;

  constructor(watch: ExecutedWatch, rpc: string, ownTxs: number, usage?: () => Cpu | undefined) {
    this.#watch = watch;
    this.#rpc = rpc;
    this.#ownTxs = ownTxs;
    this.#usage = usage;
    this.#height = watch.height;
    this.#readTo = watch.height;
  }

  async follow(flow: Flow): Promise<void> {
    const to = this.#watch.height;
    if (to === this.#height) return;
    this.#cpuAt.set(to, this.#usage?.());
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

  result(flow: Flow): Counted {
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
  #rates(): Pick<Counted, 'perSecond' | 'cpu' | 'seconds' | 'halves'> {
    const none = { perSecond: NaN, cpu: {}, seconds: NaN, halves: { rate: NaN, cpu: NaN } };
    const counted = this.#blocks.slice(0, -1).map(({ height }) => height);
    const marks = counted.filter((height) => this.#cpuAt.has(height));
    const [from, to] = [marks[0], marks.at(-1)];
    if (from === undefined || to === undefined || marks.length <= MIN_BLOCKS) return none;
    const all = this.#stretch(from, to);
    if (all.seconds < MIN_SECONDS) return none;
    const middleMs = (this.#atMs(from) + this.#atMs(to)) / 2;
    const middle = marks.slice(1, -1).find((height) => this.#atMs(height) >= middleMs) ?? marks[1]!;
    const [early, late] = [this.#stretch(from, middle), this.#stretch(middle, to)];
    const rate = ({ accepted, seconds }: Stretch) => accepted / seconds;
    return {
      perSecond: rate(all),
      cpu: perTx(all),
      seconds: all.seconds,
      halves: { rate: rate(late) / rate(early), cpu: costOf(late) / costOf(early) },
    };
  }

  #atMs(height: number): number {
    return this.#watch.allAt(height)!;
  }

  /** Of the blocks after one height up to another. */
  #stretch(from: number, to: number): Stretch {
    const blocks = this.#blocks.filter(({ height }) => height > from && height <= to);
    const accepted = blocks.flatMap(({ txs }) => txs).filter(({ verdict }) => verdict === 'ok');
    const [before, after] = [this.#cpuAt.get(from), this.#cpuAt.get(to)];
    return {
      accepted: accepted.length,
      seconds: (this.#atMs(to) - this.#atMs(from)) / 1_000,
      cpu: before && after && since(before, after),
    };
  }
}

const perTx = ({ cpu = {}, accepted }: Stretch): Cpu =>
  Object.fromEntries(Object.entries(cpu).map(([part, seconds]) => [part, seconds / accepted]));

const costOf = (stretch: Stretch): number => ours(perTx(stretch)) ?? NaN;
