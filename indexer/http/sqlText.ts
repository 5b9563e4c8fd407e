/** Conditions of a query with their parameters: what people give is never part of the text. */
export class Where {
  readonly params: unknown[] = [];
  readonly #conditions: string[] = [];

  /** `?` in the condition is the value. Without one the condition is left out. */
  add(condition: string, value: unknown): this {
    if (value === null || value === undefined) return this;
    this.#conditions.push(condition.replace('?', this.param(value)));
    return this;
  }

  /** From a time on, and before another one. */
  within(column: string, [from, to]: readonly [string | null, string | null]): this {
    return this.add(`${column} >= ?`, from).add(`${column} < ?`, to);
  }

  /** Before a row, newest first. */
  before(columns: readonly string[], values: readonly unknown[] | null): this {
    if (values === null) return this;
    const given = values.map((value) => this.param(value)).join(', ');
    this.#conditions.push(`(${columns.join(', ')}) < (${given})`);
    return this;
  }

  /** A value's name in the text. */
  param(value: unknown): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }

  get text(): string {
    return this.#conditions.length === 0 ? '' : `where ${this.#conditions.join(' and ')}`;
  }
}
