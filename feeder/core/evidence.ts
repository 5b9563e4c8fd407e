interface Known {
  readonly fingerprint: string;
  readonly price: number;
  readonly seenMs: number;
}

/**
 * Dates what a source says by when it last changed. A source may say the same over several
 * channels, whose fingerprints differ: a new channel with the price of another is as old as that.
 */
export class Evidence {
  readonly #known = new Map<string, Known>();

  /**
   * When the source saw this: the moment at which its fingerprint changed on this channel, or the
   * venue's own time where it is older.
   */
  seenMs(
    channel: string,
    said: { readonly fingerprint: string; readonly price: number; readonly timeMs?: number },
    nowMs: number,
  ): number {
    const known = this.#known.get(channel);
    const same = known?.fingerprint === said.fingerprint ? known : this.#elsewhere(channel, said);
    const seenMs = Math.min(same?.seenMs ?? nowMs, said.timeMs ?? nowMs);
    this.#known.set(channel, { fingerprint: said.fingerprint, price: said.price, seenMs });
    return seenMs;
  }

  #elsewhere(channel: string, { price }: { readonly price: number }): Known | undefined {
    if (this.#known.has(channel)) return undefined;
    return [...this.#known.values()].find((other) => other.price === price);
  }
}
