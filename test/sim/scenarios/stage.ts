import type { Intent, PlaceIntent, Plan } from '../intents.ts';
import { agree } from '../model/disagreement.ts';
import type { Account, Mode, Series } from '../model/types.ts';
import { onTick } from '../model/ticks.ts';
import { World } from '../world.ts';
import type { WorldBlock, WorldOptions } from '../world.ts';

export const BTC = 1;
export const ETH = 2;
/** Auctions that end within a test, in blocks. */
export const SHORT_SCHEDULE = { fast: 4n, slow: 8n, insolvent: 4n };
const UNITS = 10_000;
/** Transactions of ten messages that a block has gas for. */
const PER_BLOCK = 4;

/** Who does what with which subaccount. */
export type Act = readonly [name: string, intent: Intent, number?: number];

/**
 * A scene of a scenario: named people on the agreement set, beside the naive model, which is
 * compared to the unit after every block.
 */
export class Stage {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  /** Everybody named deposits so many USD into subaccount 0; other users have nothing yet. */
  static async set(
    deposits: Readonly<Record<string, number>>,
    options: Partial<WorldOptions> = {},
  ): Promise<Stage> {
    const users = [...Object.keys(deposits), ...(options.users ?? [])];
    const stage = new Stage(await World.start({ schedule: SHORT_SCHEDULE, ...options, users }));
    await stage.act(Object.entries(deposits).map(([name, usd]) => [name, deposit(usd)]));
    return stage;
  }

  get tally() {
    return this.world.tally;
  }

  get flagged(): Account[] {
    return this.world.liquidations.flagged;
  }

  account(name: string, number = 0): Account {
    return this.world.account(name, number);
  }

  /** uusd of cash. */
  cash(name: string, number = 0): bigint {
    return this.account(name, number).cashUusd;
  }

  held(name: string, { id }: Series, number = 0): bigint {
    return this.account(name, number).positions.get(id) ?? 0n;
  }

  /** The option nearest to a strike at the first expiry that is so many days away. */
  option(underlyingId: number, isCall: boolean, strikeUsd: number, days: number): Series {
    const fromSeconds = this.world.chain.timeMs / 1_000 + days * 86_400;
    const listed = [...this.world.model.series.values()]
      .filter((s) => s.underlyingId === underlyingId && s.isCall === isCall)
      .filter(({ expirySeconds }) => expirySeconds >= fromSeconds);
    const away = (s: Series) => Math.abs(Number(s.strikeUusd) / 1e6 - strikeUsd);
    listed.sort((a, b) => a.expirySeconds - b.expirySeconds || away(a) - away(b));
    agree(listed[0] !== undefined, 'nothing of the kind is listed');
    return listed[0];
  }

  /** An order at so many times the mark. */
  order(
    series: Series,
    isBuy: boolean,
    contracts: number,
    atMark = 1,
    more: Partial<PlaceIntent> = {},
  ): Intent {
    const priceUsd = this.world.quotesAfter(1_000).mark(series) * atMark;
    return {
      ...{ kind: 'place', series, isBuy, timeInForce: 'gtc' },
      ...{ isReduceOnly: false, priceUusd: onTick(series.underlyingId, priceUsd) },
      quantity: BigInt(Math.round(contracts * UNITS)),
      ...more,
    };
  }

  /** A block in which each act is a transaction. */
  async act(acts: readonly Act[], block: Omit<WorldBlock, 'plans'> = {}): Promise<void> {
    await this.world.block({ ...block, plans: acts.map((act) => [this.#plan(act)]) });
  }

  /** Transactions of several acts each, which all have to be done: as many blocks as they need. */
  async together(groups: readonly (readonly Act[])[]): Promise<void> {
    for (let from = 0; from < groups.length; from += PER_BLOCK) {
      await this.at(groups.slice(from, from + PER_BLOCK));
    }
  }

  /** Transactions of several acts each, all in one block. */
  async at(groups: readonly (readonly Act[])[]): Promise<void> {
    await this.world.block({ plans: groups.map((acts) => acts.map((act) => this.#plan(act))) });
  }

  #plan([name, intent, number = 0]: Act): Plan {
    return { user: this.world.chain.user(name), number, intent };
  }

  /** One sells to another at the mark, through the book. */
  async trade(seller: string, buyer: string, series: Series, contracts: number): Promise<void> {
    const before = this.tally.trades;
    await this.act([
      [seller, this.order(series, false, contracts)],
      [buyer, this.order(series, true, contracts)],
    ]);
    agree(this.tally.trades === before + 1, `${seller} and ${buyer} did not trade`);
  }

  /** Blocks until something holds. */
  async until(holds: () => boolean, most: number, block: WorldBlock = {}): Promise<void> {
    for (let i = 0; !holds(); i++) {
      agree(i < most, `not within ${most} blocks`);
      await this.world.block(block);
    }
  }

  /** A bid for the account of somebody under liquidation. */
  bidFor(name: string, fraction: number, limit: number, number = 0): Intent & { kind: 'bid' } {
    const { id, liquidation } = this.account(name, number);
    return {
      ...{ kind: 'bid', liquidatedId: id, version: liquidation?.auction?.version ?? 0n },
      ...{ fractionPpb: Math.round(fraction * 1e9), limitPpm: Math.round(limit * 1e6) },
      leastPayoutUusd: 0n,
    };
  }

  async close(): Promise<void> {
    await this.world.close();
  }
}

export const deposit = (usd: number): Intent => ({
  kind: 'deposit',
  amountUusd: BigInt(usd) * 1_000_000n,
});
export const switchTo = (mode: Mode): Intent => ({ kind: 'mode', mode });
