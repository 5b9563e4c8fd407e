/** Counts what a transaction costs. `Infinity` as limit never runs out: blocks and queries. */
export class GasMeter {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** What may still be used. */
  get left(): number {
    return this.limit - this.#used;
  }

  /** @throws OutOfGas once more than the limit is used. */
  consume(amount: number): void {
    this.#used += amount;
    if (this.#used > this.limit) throw new OutOfGas(this.#used, this.limit);
  }
}

export class OutOfGas extends Error {
  override readonly name = 'OutOfGas';
  constructor(used: number, limit: number) {
    super(`out of gas: ${used} needed so far, ${limit} allowed; raise the gas limit`);
  }
}

/** What store operations cost, in gas. Part of consensus: gas used is in the block results. */
export const GAS = { read: 50, write: 300, writeByte: 3, step: 30 } as const;
