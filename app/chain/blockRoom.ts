import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { isReadable } from '../runtime/readTx.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import { setAsideOf } from '../runtime/runtimeParams.ts';
import { gasWantedOf } from '../runtime/allowance.ts';
import { framedSize } from './abciValues.ts';

/** What a transaction takes that is refused before it is executed, however little it wants. */
const REFUSAL_GAS = 1_000;
const REFUSAL_BYTE_GAS = 5;

/** Gas that a block sets aside for a transaction. */
export function gasOf(read: ReadTx): number {
  const refusal = REFUSAL_GAS + REFUSAL_BYTE_GAS * read.bytes.length;
  return isReadable(read) ? Math.max(gasWantedOf(read.content), refusal) : refusal;
}

/** The room that a block has left: gas by what its transactions want, and bytes. */
export class BlockRoom {
  #gas: number;
  #bytes: number;

  constructor(params: Params, maxBytes = Infinity) {
    this.#gas = Number(setAsideOf(params));
    this.#bytes = Math.min(Number(params.maxBlockBytes), maxBytes);
  }

  get gas(): number {
    return this.#gas;
  }

  /** Whether a transaction fits, also when so much gas is kept for others. */
  fits(read: ReadTx, keptGas = 0): boolean {
    return gasOf(read) + keptGas <= this.#gas && framedSize(read.bytes) <= this.#bytes;
  }

  take(read: ReadTx): void {
    this.#gas -= gasOf(read);
    this.#bytes -= framedSize(read.bytes);
  }
}

/** The first transaction that a block has no room for, or -1. What follows it has none either. */
export function firstWithoutRoom(reads: readonly ReadTx[], params: Params): number {
  const room = new BlockRoom(params);
  return reads.findIndex((read) => {
    if (!room.fits(read)) return true;
    room.take(read);
    return false;
  });
}
