import type { Chain, ChainApi } from '../../feeder/sources/source.ts';
import { MarketAnswers } from '../../testnet/market/answers.ts';
import type { MarketAnswer } from '../../testnet/market/answers.ts';
import type { SourceName } from '../../testnet/market/faults.ts';
import type { World } from '../../testnet/market/world.ts';

interface Reading {
  readonly body: unknown;
  readonly chains: Map<string, ChainReading>;
}

interface ChainReading {
  readonly of: readonly Reading[];
  readonly chain: Chain;
}

const ofWorld = new WeakMap<World, MarketReadings>();

/** What the sources of a market answer, read once for all feeders that look at it together. */
export class MarketReadings {
  readonly #answers: MarketAnswers;
  readonly #readings = new WeakMap<MarketAnswer, Reading>();

  private constructor(world: World) {
    this.#answers = new MarketAnswers(world);
  }

  static of(world: World): MarketReadings {
    const found = ofWorld.get(world) ?? new MarketReadings(world);
    ofWorld.set(world, found);
    return found;
  }

  /** An answer's JSON. @throws Error when the source has none */
  body(source: SourceName, url: string): unknown {
    return this.#reading(this.#answers.get(source, url)).body;
  }

  /** @throws Error when the source has none, or one that is no chain */
  chain(source: SourceName, api: ChainApi, family: string): Chain {
    const answers = api.paths(family).map((path) => this.#answers.get(source, path));
    const readings = answers.map((answer) => this.#reading(answer));
    const { chains } = readings[0]!;
    const before = chains.get(family);
    if (before !== undefined && before.of.every((one, i) => one === readings[i])) {
      return before.chain;
    }
    const bodies = readings.map(({ body }) => body);
    const chain = api.parse(bodies, family);
    chains.set(family, { of: readings, chain });
    return chain;
  }

  #reading(answer: MarketAnswer): Reading {
    const found = this.#readings.get(answer) ?? { body: bodyOf(answer), chains: new Map() };
    this.#readings.set(answer, found);
    return found;
  }
}

export function bodyOf({ status, text }: MarketAnswer): unknown {
  if (status !== 200) throw new Error(`status ${status}`);
  return JSON.parse(text);
}
