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
import { genesisHash } from '../../indexer/source/genesis.ts';
import { CHAIN_ID } from './chain.ts';
import type { ChainObserver } from './chainObserver.ts';

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
    const first = Number(initialHeight);
    const hash = genesisHash(CHAIN_ID, first, timeMs, state);
    this.#genesis = { initialHeight: first, timeMs, state, hash };
  }

  /** As the file that an engine has of it. */
  get file(): object {
    const { initialHeight, timeMs, state } = this.#genesis!;
    const genesis_time = new Date(timeMs).toISOString();
    return {
      chain_id: CHAIN_ID,
      genesis_time,
      initial_height: String(initialHeight),
      app_state: state,
    };
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
      ...{
        hash: hashOf(`${height}`),
        parentHash: this.#isFirst(height) ? '' : hashOf(`${height - 1n}`),
      },
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
    const { height: last = 0, hash: lastHash = '' } = this.recorded.at(-1) ?? {};
    const first = this.recorded[0]?.height ?? this.#genesis!.initialHeight;
    return Promise.resolve({ chainId: CHAIN_ID, first, last, lastHash });
  }

  blocks(from: number, to: number): Promise<BlockFacts[]> {
    const blocks = this.recorded.filter(({ height }) => height >= from && height <= to);
    if (blocks.length === to - from + 1) return Promise.resolve(blocks);
    return Promise.reject(new SourceError('not there yet'));
  }

  #isFirst = (height: bigint): boolean => Number(height) === this.#genesis!.initialHeight;
}
