import { genesisHash } from '../../indexer/source/genesis.ts';
import { buildGenesis } from '../../app/chain/genesis.ts';
import type {
  BlockFacts,
  BlockSource,
  EventFact,
  Genesis,
  Range,
} from '../../indexer/source/facts.ts';

const START_MS = Date.UTC(2026, 10, 23);

export const event = (type: string, attributes: Record<string, string>): EventFact => ({
  type,
  attributes,
});

/** The next block, with these events after its transactions. */
export const blockOf = (
  { blocksOf, name }: Pick<SmallChain, 'blocksOf' | 'name'>,
  after: readonly EventFact[],
): BlockFacts => {
  const height = blocksOf.length + 1;
  return {
    ...{ height, timeMs: START_MS + height * 1_000, before: [], txs: [], after },
    ...{ hash: `${name}${height}`, parentHash: height === 1 ? '' : `${name}${height - 1}` },
  };
};

/** A chain of a test's own, whose blocks do what they are told. */
export class SmallChain implements BlockSource {
  readonly blocksOf: BlockFacts[] = [];
  readonly name: string;
  chainId = 'small-1';
  first = 1;

  constructor(name = 'block') {
    this.name = name;
  }

  add(after: readonly EventFact[]): void {
    this.blocksOf.push(blockOf(this, after));
  }

  range(): Promise<Range> {
    const { chainId, first, blocksOf } = this;
    const { height: last = 0, hash: lastHash = '' } = blocksOf.at(-1) ?? {};
    return Promise.resolve({ chainId, first, last, lastHash });
  }

  genesis(): Promise<Genesis> {
    const state = buildGenesis({
      ...{
        chainId: this.chainId,
        genesisTimeMs: START_MS,
        preset: 'default',
        authority: this.name,
      },
      ...{ accounts: [], validators: [] },
    });
    const hash = genesisHash(this.chainId, 1, START_MS, state);
    return Promise.resolve({ initialHeight: 1, timeMs: START_MS, state, hash });
  }

  blocks(from: number, to: number): Promise<BlockFacts[]> {
    return Promise.resolve(this.blocksOf.slice(from - 1, to));
  }
}
