import { isSettledIn, isTrading } from './model/inABlock.ts';
import { agree } from './model/disagreement.ts';
import type { Account } from './model/types.ts';
import type { World } from './world.ts';

/** How long something lasted, and whose it was, so that it can be looked at again. */
export interface Longest {
  readonly blocks: number;
  readonly seed: number;
  readonly subaccountId: string;
  /** In which it was over, or the last one seen. */
  readonly block: number;
}

/** What an auction that is over waits for by the rules, with positions that nobody can close. */
export type Wait = 'prices' | 'payout' | 'cover';

export interface LongestOf {
  /** From the breach to the release. */
  readonly flagged: Longest;
  /** Of an auction that could be acted on, in blocks that count. */
  readonly auction: Longest;
  /**
   * Older than its schedule: until prices are settled in, a series that is over is paid, or as only
   * covered accounts are on the other side, who need it (ADR 105).
   */
  readonly waiting: Longest & { readonly for?: Wait };
  /** With a debt and nothing else: until a fund earns what pays it, or its owner does. */
  readonly debt: Longest;
}

const NONE: Longest = { blocks: 0, seed: 0, subaccountId: '', block: 0 };
export const noLongest = (): LongestOf => ({
  ...{ flagged: NONE, auction: NONE, waiting: NONE, debt: NONE },
});

const longer = <T extends Longest>(a: T, b: T): T => (b.blocks > a.blocks ? b : a);

/**
 * Watches for how long accounts are under liquidation. An auction that is older than the schedules
 * of both its kinds is deleveraged in that block (ADR 100): nobody holds anything for longer but
 * what the rules make wait, and then it is said what.
 */
export class Lengths {
  readonly #world: World;
  readonly #seed: number;
  readonly #since = new Map<bigint, number>();
  readonly #inDebtSince = new Map<bigint, number>();
  #longest = noLongest();

  constructor(world: World, seed: number) {
    this.#seed = seed;
    this.#world = world;
  }

  get longest(): LongestOf {
    return this.#longest;
  }

  /** After each block. @throws Error where an account is held for longer than its schedule */
  follow(): void {
    const { liquidations, tally } = this.#world;
    const { flagged } = liquidations;
    const known = new Set(flagged.map(({ id }) => id));
    for (const account of flagged) {
      const { id, positions, liquidation } = account;
      this.#take('flagged', id, since(this.#since, id, tally.blocks));
      if (positions.size === 0) {
        this.#take('debt', id, since(this.#inDebtSince, id, tally.blocks));
        continue;
      }
      this.#inDebtSince.delete(id);
      const age = liquidations.age(liquidation!.auction!.opened);
      const wait = age < this.#schedule ? undefined : this.#waitOf(account);
      if (wait !== undefined) this.#take('waiting', id, Number(age - this.#schedule), wait);
      else {
        agree(age < this.#schedule, `${id} is under auction for ${age} blocks, for nothing`);
        this.#take('auction', id, Number(age));
      }
    }
    for (const of of [this.#since, this.#inDebtSince]) {
      for (const id of of.keys()) if (!known.has(id)) of.delete(id);
    }
  }

  #take(kind: keyof LongestOf, id: bigint, blocks: number, wait?: Wait): void {
    const block = this.#world.tally.blocks;
    const found = { blocks, seed: this.#seed, subaccountId: String(id), block };
    const waited = wait === undefined ? found : { ...found, for: wait };
    this.#longest = { ...this.#longest, [kind]: longer(this.#longest[kind], waited) };
  }

  /** Both kinds of auction, one after the other. */
  get #schedule(): bigint {
    const { fast, slow, insolvent } = this.#world.liquidations.schedule;
    return fast + slow + insolvent;
  }

  #waitOf(account: Account): Wait | undefined {
    const { end, model } = this.#world;
    if (!isTrading(account, end.quotes)) return 'payout';
    if (!isSettledIn(account, end)) return 'prices';
    const isNeeded = [...account.positions].some(([id, quantity]) => {
      const others = [...model.accounts.values()].filter((other) => {
        const held = other.positions.get(id) ?? 0n;
        return held !== 0n && held < 0n !== quantity < 0n;
      });
      return others.every(({ mode }) => mode === 'covered');
    });
    return isNeeded ? 'cover' : undefined;
  }
}

/** Blocks since something was seen first. */
function since(first: Map<bigint, number>, id: bigint, now: number): number {
  const from = first.get(id) ?? now;
  first.set(id, from);
  return now - from;
}

export function longestOf(a: LongestOf, b: LongestOf): LongestOf {
  const kinds = Object.keys(a) as (keyof LongestOf)[];
  const found = kinds.map((kind) => [kind, longer(a[kind], b[kind])]);
  return Object.fromEntries(found) as LongestOf;
}
