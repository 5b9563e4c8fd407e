import type { State } from './state.ts';

/** A committed version; what it is of is for who keeps it. */
interface Kept {
  readonly height: number;
  readonly state: State;
}

/**
 * The last committed versions, oldest first. Only the newest keeps what was worked out beside it
 * (grids of scenarios, books, values found by hash: megabytes a version once somebody asks). An
 * older one is asked rarely: it is kept bare, and each look at it works on a fork of its own.
 */
export class Versions<V extends Kept> {
  readonly #retained: number;
  #versions: V[] = [];

  /** @param retained versions that can be asked for, the last included; at least 1 */
  constructor(retained: number) {
    this.#retained = retained;
  }

  get latest(): V | undefined {
    return this.#versions.at(-1);
  }

  /** The lowest height that can be asked for; undefined before the first version. */
  get lowest(): number | undefined {
    return this.#versions[0]?.height;
  }

  add(version: V): void {
    const before = this.#versions.pop();
    if (before !== undefined) this.#versions.push(bare(before));
    this.#versions.push(version);
    if (this.#versions.length > this.#retained) this.#versions.shift();
  }

  /** The version of a height, the last for 0; undefined when it is not kept. */
  at(height: number): V | undefined {
    const { latest } = this;
    if (height === 0 || height === latest?.height) return latest;
    const older = this.#versions.find((version) => version.height === height);
    return older === undefined ? undefined : bare(older);
  }

  clear(): void {
    this.#versions = [];
  }
}

const bare = <V extends Kept>(version: V): V => ({ ...version, state: version.state.fork() });
