import type { SourceName } from './faults.ts';
import { venues } from './venues/index.ts';
import { View } from './view.ts';
import type { World } from './world.ts';

/** An answer is made anew this often at most: four feeders that ask together share one. */
const CACHE_MS = 250;

export interface MarketAnswer {
  readonly status: number;
  /** JSON. */
  readonly text: string;
}

interface Cached extends MarketAnswer {
  readonly version: number;
  readonly madeMs: number;
}

/** What the sources answer to GET while they answer at all. */
export class MarketAnswers {
  readonly #world: World;
  readonly #cache = new Map<string, Cached>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @param url the path below the source's own, with its query */
  get(source: SourceName, url: string): MarketAnswer {
    const world = this.#world;
    const { timeMs } = world.snapshot;
    const name = `${source}${url}`;
    const before = this.#cache.get(name);
    if (before?.version === world.version && timeMs - before.madeMs < CACHE_MS) return before;
    const { pathname, searchParams } = new URL(url, 'http://market');
    const query = Object.fromEntries(searchParams);
    const made = venues[source].rest(new View(world, source), pathname, query);
    const text = JSON.stringify(made.body);
    if (this.#cache.size > 1_000) this.#cache.clear();
    const cached = { status: made.status, text, version: world.version, madeMs: timeMs };
    this.#cache.set(name, cached);
    return cached;
  }
}
