import type * as abci from 'cosmjs-types/tendermint/abci/types';

/** An event as its readers have it. */
export class Told {
  readonly type: string;
  readonly #values: Readonly<Record<string, string>>;

  constructor({ type, attributes }: abci.Event) {
    this.type = type;
    this.#values = Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
  }

  text(name: string): string {
    const value = this.#values[name];
    if (value === undefined) throw new Error(`${this.type} does not tell ${name}`);
    return value;
  }

  amount(name: string): bigint {
    return BigInt(this.text(name));
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** `owner/number` of the subaccount that it is about, or that two attributes name. */
  account(owner = 'owner', number = 'subaccount'): string {
    return `${this.text(owner)}/${this.text(number)}`;
  }
}

/** What a block told, in the order in which it happened. */
export function toldBy({ events, txResults }: abci.ResponseFinalizeBlock): Told[] {
  const own = events.map((event) => new Told(event));
  const at = own.findIndex(({ type }) => type === 'transactions');
  const [before, after] = at === -1 ? [[], own] : [own.slice(0, at), own.slice(at + 1)];
  const within = txResults.flatMap((result) => result.events.map((event) => new Told(event)));
  return [...before, ...within, ...after];
}
