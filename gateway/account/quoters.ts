/** Who quotes: a connection, or what comes over HTTP. */
type Quoter = object;

/** What of a group is whose: all that is there, or only some series. */
export interface Withdrawal {
  readonly group: string;
  readonly series: readonly string[] | 'all';
}

/** Who quoted a series of a group last: he takes it with him, and leaves what is of others. */
export class Quoters {
  readonly #byGroup = new Map<string, Map<string, Quoter>>();

  quotes(quoter: Quoter, group: string, series: readonly string[]): void {
    const known = this.#byGroup.get(group) ?? new Map<string, Quoter>();
    this.#byGroup.set(group, known);
    for (const symbol of series) known.set(symbol, quoter);
  }

  /** What a quoter who is gone leaves behind. */
  leave(quoter: Quoter): Withdrawal[] {
    return [...this.#byGroup].flatMap(([group, known]): Withdrawal[] => {
      const series = [...known].flatMap(([symbol, whose]) => (whose === quoter ? [symbol] : []));
      if (series.length === 0) return [];
      for (const symbol of series) known.delete(symbol);
      if (known.size > 0) return [{ group, series }];
      this.#byGroup.delete(group);
      return [{ group, series: 'all' }];
    });
  }
}
