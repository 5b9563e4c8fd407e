import { applyBlock } from './apply/applyBlock.ts';
import { applyGenesis } from './apply/applyGenesis.ts';
import type { Ledger } from './apply/ledger.ts';
import type { Seat } from './db/database.ts';
import { beginProgress, moveProgress, noteGenesis, readProgress } from './db/progress.ts';
import type { Progress } from './db/progress.ts';
import { readLedger } from './db/readKnown.ts';
import { writeChanges } from './db/writeChanges.ts';
import type { FollowOptions } from './followOptions.ts';
import {
  goneError,
  requireChain,
  requireSameBlocks,
  requireSameGenesis,
  requireSameName,
} from './sameChain.ts';
import type { BlockFacts, Range } from './source/facts.ts';
import { MarkSampler } from './source/sampleMarks.ts';

const BATCH = 500;

interface State {
  progress: Progress;
  readonly ledger: Ledger;
  readonly sampler: MarkSampler | null;
}

/**
 * Has the ledger of the history's end in memory, and moves both on together. After anything that
 * the database threw it is good for nothing: the next one reads what is in.
 */
export class Writer {
  readonly #options: FollowOptions;
  readonly #seat: Seat;
  #state: State | undefined;
  #nodesGenesis: string | null = null;

  constructor(options: FollowOptions, seat: Seat) {
    this.#options = options;
    this.#seat = seat;
  }

  /** Takes in all blocks that the node has. @throws as `follow` */
  async catchUp(range: Range): Promise<void> {
    const { progress } = (this.#state ??= await this.#begin(range));
    requireSameName(progress, range);
    const hash = await this.#genesisHash();
    if (progress.genesisHash !== null) requireSameGenesis(progress.genesisHash, hash);
    await requireSameBlocks(this.#seat, progress, range);
    if (progress.genesisHash === null) await this.#noteGenesis(progress, hash);
    await this.#takeIn(range);
  }

  leave(): Promise<void> {
    return this.#seat.leave();
  }

  /** The node was away, and another may answer in its place. */
  forgetNode(): void {
    this.#nodesGenesis = null;
  }

  async #begin(range: Range): Promise<State> {
    const seat = this.#seat;
    const known = await readProgress(seat);
    const progress = known ?? (await this.#beginHistory(range));
    const ledger = await readLedger(seat);
    return { progress, ledger, sampler: await this.#samplerOf() };
  }

  async #samplerOf(): Promise<MarkSampler | null> {
    const { marks } = this.#options;
    if (marks === undefined) return null;
    const text = 'select distinct underlying from series';
    const found = await this.#seat.query<{ underlying: string }>(text);
    const underlyings = found.map(({ underlying }) => underlying);
    return new MarkSampler(marks.source, marks.everyMs, underlyings);
  }

  /**
   * The history before the first block: what the genesis holds, in the transaction that begins it.
   * @throws SourceError when the node no longer has the first block
   */
  async #beginHistory({ chainId, first }: Range): Promise<Progress> {
    const genesis = await this.#options.source.genesis();
    const { initialHeight, hash } = genesis;
    this.#nodesGenesis = hash;
    if (first > initialHeight) throw goneError(first, initialHeight - 1);
    const ledger = await readLedger(this.#seat);
    applyGenesis(ledger, genesis);
    return this.#seat.transaction(async (sql) => {
      await writeChanges(sql, ledger.takeChanges());
      return beginProgress(sql, { chainId, first: initialHeight, genesisHash: hash });
    });
  }

  /** It is long, and a node does not change it. */
  async #genesisHash(): Promise<string> {
    return (this.#nodesGenesis ??= (await this.#options.source.genesis()).hash);
  }

  async #noteGenesis(progress: Progress, genesisHash: string): Promise<void> {
    await noteGenesis(this.#seat, genesisHash);
    this.#state!.progress = { ...progress, genesisHash };
  }

  /** One batch is fetched while the one before is written. */
  async #takeIn(range: Range): Promise<void> {
    const { signal, onBlocks = () => undefined } = this.#options;
    let next = this.#fetch(range, this.#state!.progress);
    while (!signal.aborted && next !== undefined) {
      const blocks = await next;
      const last = blocks.at(-1)!;
      next = this.#fetch(range, last);
      // Its failure is seen when its turn comes.
      next?.catch(() => undefined);
      await this.#write(this.#state!, blocks);
      onBlocks(last, range);
    }
  }

  #fetch(
    { last }: Range,
    { height, timeMs }: Pick<Progress, 'height' | 'timeMs'>,
  ): Promise<BlockFacts[]> | undefined {
    const { batch = BATCH, source } = this.#options;
    if (height >= last) return undefined;
    const blocks = source.blocks(height + 1, Math.min(height + batch, last));
    const { sampler } = this.#state!;
    if (sampler === null) return blocks;
    return blocks.then((found) => sampler.sample(found, timeMs, last));
  }

  async #write(state: State, blocks: readonly BlockFacts[]): Promise<void> {
    const { ledger, progress } = state;
    requireChain(progress.hash, blocks);
    for (const block of blocks) applyBlock(ledger, block);
    const changes = ledger.takeChanges();
    const last = blocks.at(-1)!;
    await this.#seat.transaction(async (sql) => {
      await moveProgress(sql, progress.height, last);
      await writeChanges(sql, changes);
    });
    const { height, hash, timeMs } = last;
    state.progress = { ...progress, height, timeMs, hash };
  }
}
