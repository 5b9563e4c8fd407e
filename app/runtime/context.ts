import { GasMeter } from '../lib/gas.ts';
import type { Reader, Writer } from '../store/collection.ts';
import type { State } from '../store/state.ts';

/** What code may know of the block. Times are UTC block times. */
export interface BlockHeader {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  /** Consensus address of the proposer; empty in queries. */
  readonly proposer: Uint8Array;
}

/** Reads state at a height. */
export interface View extends Reader {
  readonly header: BlockHeader;
}

export interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** An event as CometBFT indexes it: keys are never empty. */
export interface Event {
  readonly type: string;
  readonly attributes: readonly Attribute[];
}

/** Reads and writes state inside a block: no clock, no logger, no randomness. */
export class Ctx implements View, Writer {
  readonly writable = true;
  readonly state: State;
  readonly header: BlockHeader;
  readonly gas: GasMeter;
  readonly events: Event[];

  constructor(
    state: State,
    header: BlockHeader,
    gas = new GasMeter(Infinity),
    events: Event[] = [],
  ) {
    this.state = state;
    this.header = header;
    this.gas = gas;
    this.events = events;
  }

  /** The same context without a meter, for work whose gas is charged as a lump sum. */
  unmetered(): Ctx {
    return new Ctx(this.state, this.header, new GasMeter(Infinity), this.events);
  }

  emit(type: string, attributes: Readonly<Record<string, string>>): void {
    this.events.push({
      type,
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    });
  }
}

export function viewOf(state: State, header: BlockHeader): View {
  return { state, header, gas: new GasMeter(Infinity) };
}
