import type { Told } from './event.ts';

interface ToldGroup {
  readonly account: string;
  readonly name: string;
  readonly quantityLimit: bigint;
  readonly maxQuote: bigint;
  frozenUntilMs: bigint | undefined;
}

interface ToldTrigger {
  readonly account: string;
  readonly series: string;
  readonly levelUusd: bigint;
}

/** Groups of quotes, dead-man switches and triggers from events alone. */
export class ToldGroups {
  readonly #groups = new Map<string, ToldGroup>();
  readonly #triggers = new Map<string, ToldTrigger>();
  /** Deadlines, by account. */
  readonly #switches = new Map<string, bigint>();

  apply(told: Told): void {
    const { type } = told;
    if (type === 'quote_group_set') this.#set(told);
    else if (type === 'quote_group_frozen') this.#freeze(told, told.amount('until_ms'));
    // A message of quotes is taken only once a freeze is over.
    else if (type === 'quote_group_reset' || type === 'quotes_set') this.#freeze(told, undefined);
    else if (type === 'dead_man_switch_set') this.#switch(told, told.amount('deadline_ms'));
    else if (type === 'dead_man_switch') {
      this.#switch(told, told.has('deadline_ms') ? told.amount('deadline_ms') : 0n);
    } else if (type === 'trigger_placed') {
      this.#triggers.set(told.text('trigger_id'), {
        ...{ account: told.account(), series: told.text('series') },
        levelUusd: told.amount('level_uusd'),
      });
    } else if (type === 'trigger_fired' || type === 'trigger_cancelled') {
      this.#triggers.delete(told.text('trigger_id'));
    }
  }

  #set(told: Told): void {
    this.#groups.set(told.text('group_id'), {
      ...{ account: told.account(), name: told.text('group') },
      quantityLimit: told.amount('quantity_limit'),
      maxQuote: told.amount('max_quote'),
      frozenUntilMs: undefined,
    });
  }

  #freeze(told: Told, untilMs: bigint | undefined): void {
    this.#groups.get(told.text('group_id'))!.frozenUntilMs = untilMs;
  }

  #switch(told: Told, deadlineMs: bigint): void {
    if (deadlineMs === 0n) this.#switches.delete(told.account());
    else this.#switches.set(told.account(), deadlineMs);
  }

  /** By name. */
  groupsOf(account: string): Omit<ToldGroup, 'account'>[] {
    return [...this.#groups.values()]
      .filter((group) => group.account === account)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, quantityLimit, maxQuote, frozenUntilMs }) => ({
        ...{ name, quantityLimit, maxQuote, frozenUntilMs },
      }));
  }

  deadlineOf(account: string): bigint | undefined {
    return this.#switches.get(account);
  }

  triggersOf(account: string): { id: string; series: string; levelUusd: bigint }[] {
    return [...this.#triggers]
      .filter(([, trigger]) => trigger.account === account)
      .map(([id, { series, levelUusd }]) => ({ id, series, levelUusd }));
  }
}
