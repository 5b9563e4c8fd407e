import { createHash } from 'node:crypto';
import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { SourceError, splitEvents } from '../../indexer/source/facts.ts';
import type {
  BlockFacts,
  BlockSource,
  EventFact,
  Genesis,
  Marks,
  Range,
} from '../../indexer/source/facts.ts';
import { CHAIN_ID } from './chain.ts';
import type { ChainObserver } from './chain.ts';

const eventOf = ({ type, attributes }: abci.Event): EventFact => ({
  type,
  attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const hashOf = (text: string | Uint8Array): string =>
  hex(createHash('sha256').update(text).digest());

/** Remembers what each block of a test chain did, as a node tells its readers. */
export class RecordedChain implements ChainObserver, BlockSource {
  readonly recorded: BlockFacts[] = [];

  #genesis: Genesis | undefined;

  initChain({ appStateBytes, initialHeight, time }: abci.RequestInitChain): void {
    this.recorded.length = 0;
    const state = JSON.parse(Buffer.from(appStateBytes).toString()) as Genesis['state'];
    const timeMs = Number(time.seconds) * 1_000;
    this.#genesis = { initialHeight: Number(initialHeight), timeMs, state };
  }

  /** As the file that an engine has of it. */
  get file(): object {
    const { initialHeight, timeMs, state } = this.#genesis!;
    const genesis_time = new Date(timeMs).toISOString();
    return { genesis_time, initial_height: String(initialHeight), app_state: state };
  }

  genesis(): Promise<Genesis> {
    return Promise.resolve(this.#genesis!);
  }

  decided(
    { height, time, txs }: abci.RequestFinalizeBlock,
    { txResults, events }: abci.ResponseFinalizeBlock,
  ): void {
    const injected = txs[0]?.[0] === 0 ? 1 : 0;
    this.recorded.push({
      ...{ height: Number(height), timeMs: Number(time.seconds) * 1_000 + time.nanos / 1e6 },
      ...{ hash: hashOf(`${height}`), parentHash: height === 1n ? '' : hashOf(`${height - 1n}`) },
      ...splitEvents(events.map(eventOf)),
      txs: txResults.slice(injected).map(({ code, events: told }, i) => ({
        ...{ hash: hashOf(txs[i + injected]!), code, events: told.map(eventOf) },
      })),
    });
  }

  /** After the last block, as a node is asked for them. */
  addMarks(marks: readonly Marks[]): void {
    this.recorded.push({ ...this.recorded.pop()!, marks });
  }

  range(): Promise<Range> {
    return Promise.resolve({ chainId: CHAIN_ID, first: 1, last: this.recorded.length });
  }

  blocks(from: number, to: number): Promise<BlockFacts[]> {
    const blocks = this.recorded.slice(from - 1, to);
    if (blocks.length === to - from + 1) return Promise.resolve(blocks);
    return Promise.reject(new SourceError('not there yet'));
  }
}
