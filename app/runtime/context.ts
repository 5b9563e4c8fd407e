import { GasMeter } from '../lib/gas.ts';
import type { Reader, Writer } from '../store/collection.ts';
import type { State } from '../store/state.ts';
import type { Reject } from './errors.ts';

/** What code may know of the block. Times are UTC block times. */
export interface BlockHeader {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  /** Consensus address of the proposer; empty in queries. */
  readonly proposer: Uint8Array;
  /** Of the block itself; absent where none is decided yet. */
  readonly hash?: Uint8Array;
}

/** Reads state at a height. */
export interface View extends Reader {
  readonly header: BlockHeader;
}

export interface Attribute {
  key: string;
  value: string;
  /** Whether clients can search by it. The engine writes a row for each that they can. */
  index: boolean;
}

/** An event as ABCI has it; keys are never empty. docs/events.md lists them all. */
export interface Event {
  type: string;
  attributes: Attribute[];
}

/** An action of a message that was refused alone, while the rest of its transaction holds. */
export interface Refusal {
  /** Its place in its message, from 0. */
  readonly index: number;
  readonly sender: string;
  readonly isCancel: boolean;
  readonly error: Reject;
}

/** An order as the scope of a key sees it. */
export interface GatedOrder {
  readonly underlying: string;
  readonly isBuy: boolean;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** A contract. */
  readonly priceUusd: bigint;
  /** Absent where prices are not live: then an order only reduces. */
  readonly markUusd: bigint | undefined;
}

/** The narrower limits of a key that trades for another account, checked at each order. */
export interface OrderGate {
  /** Counts the order. @throws Reject */
  admit(ctx: Ctx, order: GatedOrder): void;
}

/** Reads and writes state inside a block: no clock, no logger, no randomness. */
export class Ctx implements View, Writer {
  readonly writable = true;
  readonly state: State;
  readonly header: BlockHeader;
  readonly gas: GasMeter;
  readonly events: Event[];
  /** Actions that were refused alone. */
  readonly refusals: Refusal[];
  /** What the key that signed may order; absent of the owner's own. */
  gate: OrderGate | undefined;

  constructor(
    state: State,
    header: BlockHeader,
    gas = new GasMeter(Infinity),
    events: Event[] = [],
    refusals: Refusal[] = [],
  ) {
    this.state = state;
    this.header = header;
    this.gas = gas;
    this.events = events;
    this.refusals = refusals;
  }

  /** The same context without a meter, for work whose gas is charged as a lump sum. */
  unmetered(): Ctx {
    return this.metered(new GasMeter(Infinity));
  }

  /** The same context with another meter. */
  metered(gas: GasMeter): Ctx {
    const ctx = new Ctx(this.state, this.header, gas, this.events, this.refusals);
    ctx.gate = this.gate;
    return ctx;
  }

  /**
   * Tells readers what happened. Attributes that are undefined are left out.
   * @param indexed the keys that clients search by
   */
  emit(
    type: string,
    attributes: Readonly<Record<string, string | undefined>>,
    indexed: readonly string[] = [],
  ): void {
    const list: Attribute[] = [];
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (value !== undefined) list.push({ key, value, index: indexed.includes(key) });
    }
    this.events.push({ type, attributes: list });
  }
}

export function viewOf(state: State, header: BlockHeader): View {
  return { state, header, gas: new GasMeter(Infinity) };
}
