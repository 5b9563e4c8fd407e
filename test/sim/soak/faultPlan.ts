import { rowModes, sourceNames } from '../../../testnet/market/faults.ts';
import type { Mode, SourceName } from '../../../testnet/market/faults.ts';
import type { World } from '../../../testnet/market/world.ts';
import type { Random } from '../../crash/random.ts';

/** What a source does that says nothing, or nothing new. */
const SILENT: readonly Mode[] = [
  ...(['freeze', 'error', 'off', 'delay'] as const),
  ...(['corrupt', 'throttle', 'redirect', 'flood'] as const),
];
/** What one does that says what is not so. */
const LYING: readonly Mode[] = ['skew', 'lag', 'clock'];
/** What a validator does; the last two do not take part in lies. */
const WRONGS = ['lies', 'garbage', 'clock', 'dead', 'absent'] as const;
export type Wrong = (typeof WRONGS)[number];

const CHANCE = 60;
const LONGEST_SECONDS = 90;

interface Trouble {
  readonly source: SourceName;
  readonly lies: boolean;
  readonly untilMs: number;
}

/**
 * Random faults, of less than a third of power and of at most two of seven sources, one of which
 * lies. (Two that lie alike outvote the third that a stablecoin is told by, and with it the three
 * venues that quote in it.)
 */
export class FaultPlan {
  readonly #random: Random;
  readonly #world: World;
  #sources: Trouble[] = [];
  /** Of at most one validator. */
  #wrong: { readonly validator: number; readonly wrong: Wrong; readonly untilMs: number } | null =
    null;
  /** Validators whose feeders say nothing, beside it. */
  #outageUntilMs = 0;
  /** What was done, by name. */
  readonly counts = new Map<string, number>();

  constructor(random: Random, world: World) {
    this.#random = random;
    this.#world = world;
  }

  get wrong(): { readonly validator: number; readonly wrong: Wrong } | null {
    return this.#wrong;
  }

  /** Now and then so many feeders are dead that nothing has a quorum. */
  get hasOutage(): boolean {
    return this.#outageUntilMs > 0;
  }

  /** Ends what is over, and begins something now and then. */
  step(timeMs: number): void {
    const over = this.#sources.filter(({ untilMs }) => untilMs <= timeMs);
    for (const { source } of over) this.#set(source, 'normal', 0);
    this.#sources = this.#sources.filter((trouble) => !over.includes(trouble));
    if (this.#wrong !== null && this.#wrong.untilMs <= timeMs) this.#wrong = null;
    if (this.#outageUntilMs <= timeMs) this.#outageUntilMs = 0;
    if (this.#happens(CHANCE / 3)) this.#troubleSource(timeMs);
    if (this.#wrong === null && this.#happens(CHANCE)) {
      const wrong = this.#random.pick(WRONGS);
      const validator = this.#random.below(4);
      this.#wrong = { validator, wrong, untilMs: this.#later(timeMs) };
      this.#count(`validator ${wrong}`);
    }
    if (this.#outageUntilMs === 0 && this.#happens(10 * CHANCE)) {
      this.#outageUntilMs = this.#later(timeMs);
      this.#count('outage');
    }
  }

  #troubleSource(timeMs: number): void {
    if (this.#sources.length === 2) return;
    const free = sourceNames.filter((name) => this.#sources.every(({ source }) => source !== name));
    const source = this.#random.pick(free);
    const untilMs = this.#later(timeMs);
    if (this.#happens(3)) {
      const mode = this.#random.pick(rowModes.filter((m) => m !== 'normal'));
      const by = { off: 0, mad: 0, skew: 0.5, lag: 40 }[mode];
      const row = this.#random.pick(['BTC-', 'ETH-', 'BTC-25DEC26', 'ETH-USD-2612']);
      this.#world.fault(() => this.#world.faults.setRow({ source, row, mode, by }));
      this.#count(`rows ${mode}`);
      this.#sources.push({ source, lies: true, untilMs });
      return;
    }
    const mayLie = this.#sources.every(({ lies }) => !lies);
    const mode = this.#random.pick(mayLie ? [...SILENT, ...LYING] : SILENT);
    const sign = this.#random.below(2) === 0 ? 1 : -1;
    const amounts: Partial<Record<Mode, number>> = {
      ...{ skew: 0.5 * sign, lag: 60, clock: 30 * sign, delay: 10 },
    };
    const by = amounts[mode] ?? 0;
    this.#set(source, mode, by);
    this.#count(`source ${mode}`);
    this.#sources.push({ source, lies: LYING.includes(mode), untilMs });
  }

  #set(source: SourceName, mode: Mode, by: number): void {
    const { faults, snapshot } = this.#world;
    this.#world.fault(() => faults.setSource(source, mode, by, snapshot));
  }

  #happens(oneIn: number): boolean {
    return this.#random.below(oneIn) === 0;
  }

  #later(timeMs: number): number {
    return timeMs + 1_000 * (1 + this.#random.below(LONGEST_SECONDS));
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
