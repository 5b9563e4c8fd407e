import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { GenesisState, Params } from '../../../proto/gen/tenor.options.v1.ts';
import { toJson } from '../../../proto/json.ts';
import { Ctx } from '../../runtime/context.ts';
import type { BlockHeader } from '../../runtime/context.ts';
import { State } from '../../store/state.ts';
import { beginBlock } from './block.ts';
import { defaultOptionsGenesis } from './defaults.ts';
import { genesis } from './genesis.ts';
import type { IndexPrice } from './liveIndex.ts';
import type { DeltaLookup } from './liveSmile.ts';

/** For tests: the module on a state of its own, with an index that the test sets. */
export class OptionsChain {
  readonly state: State;
  header: BlockHeader;
  readonly prices = new Map<number, IndexPrice>();
  /** No surface, until a test has one. */
  deltasAt: DeltaLookup = () => undefined;

  constructor(startMs: number, state = new State()) {
    this.state = state;
    this.header = { chainId: 'test', height: 1, timeMs: startMs, proposer: new Uint8Array(20) };
  }

  static create(startMs: number, params: Partial<Params>, given: Partial<GenesisState> = {}) {
    const chain = new OptionsChain(startMs);
    const base = defaultOptionsGenesis('default');
    const state = { ...base, ...given, params: { ...base.params!, ...params } };
    genesis.init(chain.ctx, toJson(state));
    return chain;
  }

  get ctx(): Ctx {
    return new Ctx(this.state, this.header);
  }

  /** Live, with a quorum in the current block. */
  setIndex(underlyingId: number, indexUusd: bigint): void {
    const { timeMs } = this.header;
    this.prices.set(underlyingId, {
      ...{ indexUusd, timeMs, seenMs: timeMs - 250, status: FeedStatus.FEED_STATUS_LIVE },
      ...{ reportedPower: 300n, quorumPower: 267n, confidencePpm: 990_000 },
    });
  }

  setStatus(underlyingId: number, status: FeedStatus): void {
    this.prices.set(underlyingId, { ...this.prices.get(underlyingId)!, status });
  }

  /** The next block, `ms` later, with these quorum prices; the others age. */
  block(ms: number, quorum: Readonly<Record<number, bigint>> = {}): Ctx {
    const { height, timeMs } = this.header;
    this.header = { ...this.header, height: height + 1, timeMs: timeMs + ms };
    for (const [id, indexUusd] of Object.entries(quorum)) this.setIndex(Number(id), indexUusd);
    const ctx = this.ctx;
    beginBlock(ctx, (_view, id) => this.prices.get(id), this.deltasAt);
    return ctx;
  }
}
