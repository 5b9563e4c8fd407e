import { sleep } from '../client/sleep.ts';
import { applyBlock } from './apply/applyBlock.ts';
import { applyGenesis } from './apply/applyGenesis.ts';
import type { Ledger } from './apply/ledger.ts';
import { DatabaseError } from './db/database.ts';
import type { Database } from './db/database.ts';
import { beginProgress, moveProgress, readProgress } from './db/progress.ts';
import type { Progress } from './db/progress.ts';
import { readLedger } from './db/readKnown.ts';
import { writeChanges } from './db/writeChanges.ts';
import { SourceError } from './source/facts.ts';
import type { BlockFacts, BlockSource, Range } from './source/facts.ts';
import type { MarkSource } from './source/marks.ts';
import { MarkSampler } from './source/sampleMarks.ts';

export interface FollowOptions {
  readonly database: Database;
  readonly source: BlockSource;
  /** Asked for marks so often, by the chain's clock; none without it. */
  readonly marks?: { readonly source: MarkSource; readonly everyMs: number };
  readonly signal: AbortSignal;
  /** Blocks that are fetched and written together where many are there. */
  readonly batch?: number;
  /** How long it waits for a block that is not there yet. */
  readonly pollMs?: number;
  /** A node that does not answer, and that it answers again. */
  readonly onTrouble?: (message: string | null) => void;
  readonly onBlocks?: (last: BlockFacts, range: Range) => void;
}

const BATCH = 500;
const POLL_MS = 250;
const RETRY_MS = 1_000;

/**
 * Follows a node until the signal, from where the history ends. A node that is down is waited for.
 * @throws DatabaseError, LedgerError, or SourceError for what does not pass
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { signal, source, onTrouble = () => undefined } = options;
  const writer = new Writer(options);
  let failures = 0;
  while (!signal.aborted) {
    try {
      const range = await source.range();
      await writer.begin(range);
      await writer.catchUp(range);
      if (failures > 1) onTrouble(null);
      failures = 0;
      await sleep(options.pollMs ?? POLL_MS, signal);
    } catch (error) {
      if (!(error instanceof SourceError) || !error.isPassing) throw error;
      // A block's results may come a moment after it: once is no trouble.
      if (++failures === 2) onTrouble(error.message);
      await sleep(RETRY_MS, signal);
    }
  }
}

/** Takes in what the node has now, once. @throws as `follow`, and for what would pass, too */
export async function catchUpOnce(options: FollowOptions): Promise<void> {
  const writer = new Writer(options);
  const range = await options.source.range();
  await writer.begin(range);
  await writer.catchUp(range);
}

/** Has the ledger of the history's end in memory, and moves both on together. */
class Writer {
  readonly #options: FollowOptions;
  #progress: Progress | undefined;
  #ledger: Ledger | undefined;
  #sampler: MarkSampler | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  async #prepareMarks(): Promise<void> {
    const { database, marks } = this.#options;
    if (marks === undefined) return;
    const text = 'select distinct underlying from series';
    const found = await database.query<{ underlying: string }>(text);
    const underlyings = found.map(({ underlying }) => underlying);
    this.#sampler = new MarkSampler(marks.source, marks.everyMs, underlyings);
  }

  async begin(range: Range): Promise<void> {
    const { database } = this.#options;
    if (this.#progress === undefined) {
      const known = await readProgress(database);
      this.#progress = known ?? (await beginHistory(this.#options, range));
      this.#ledger = await readLedger(database);
      await this.#prepareMarks();
    }
    requireSame(this.#progress, range);
  }

  /** All blocks that the node has, one batch being fetched while the one before is written. */
  async catchUp(range: Range): Promise<void> {
    const { signal, onBlocks = () => undefined } = this.#options;
    let next = this.#fetch(range, this.#progress!);
    while (!signal.aborted && next !== undefined) {
      const blocks = await next;
      const last = blocks.at(-1)!;
      next = this.#fetch(range, last);
      // Its failure is seen when its turn comes.
      next?.catch(() => undefined);
      await this.#write(blocks);
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
    const sampler = this.#sampler;
    if (sampler === undefined) return blocks;
    return blocks.then((found) => sampler.sample(found, timeMs, last));
  }

  async #write(blocks: readonly BlockFacts[]): Promise<void> {
    const ledger = this.#ledger!;
    const { height } = this.#progress!;
    requireChain(this.#progress!.hash, blocks);
    for (const block of blocks) applyBlock(ledger, block);
    const changes = ledger.takeChanges();
    const last = blocks.at(-1)!;
    await this.#options.database.transaction(async (sql) => {
      await moveProgress(sql, height, last);
      await writeChanges(sql, changes);
    });
    const { hash, timeMs } = last;
    this.#progress = { ...this.#progress!, height: last.height, timeMs, hash };
  }
}

/** Each block follows on the one before it, and the first on the last that is in the history. */
function requireChain(last: string | null, blocks: readonly BlockFacts[]): void {
  let before = last;
  for (const { height, hash, parentHash } of blocks) {
    if (before !== null && parentHash !== before) {
      throw new DatabaseError(
        `Block ${height} of the node does not follow on the history's block ${height - 1}: the ` +
          'chain was begun anew. Use another database, or remove the old history.',
      );
    }
    before = hash;
  }
}

/**
 * The history before the first block: what the genesis holds, in the transaction that begins it.
 * @throws SourceError when the node no longer has the first block
 */
async function beginHistory(
  { database, source }: FollowOptions,
  { chainId, first }: Range,
): Promise<Progress> {
  const genesis = await source.genesis();
  const { initialHeight } = genesis;
  if (first > initialHeight) throw goneError(first, initialHeight - 1);
  const ledger = await readLedger(database);
  applyGenesis(ledger, genesis);
  return database.transaction(async (sql) => {
    await writeChanges(sql, ledger.takeChanges());
    return beginProgress(sql, chainId, initialHeight);
  });
}

function requireSame(progress: Progress, range: Range): void {
  const { chainId, height } = progress;
  if (chainId !== range.chainId) {
    throw new DatabaseError(
      `The history is of chain ${chainId}, the node of ${range.chainId}: use another database.`,
    );
  }
  if (range.first > height + 1) {
    throw goneError(range.first, height);
  }
}

const goneError = (first: number, height: number): SourceError =>
  new SourceError(
    `The node has no blocks before ${first} any more, and the history ends at ${height}: ` +
      'run once against a node that keeps them (--archive), then against this one again.',
    false,
  );
