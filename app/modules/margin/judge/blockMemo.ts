import { GasMeter } from '../../../lib/gas.ts';
import { optionsParams } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import type { Attachment, Joined } from '../../../store/state.ts';
import { params } from '../params.ts';

const NO_LIMIT = new GasMeter(Infinity);

/** Makes what a memo holds of the state. It is not charged for: gas must not depend on the memo. */
type Make<K, V> = (unmetered: View, key: K) => V | undefined;

/** What is known of a block under its keys. What cannot be made is asked for again. */
export interface Remembered<K, V> {
  get(key: K, make: Make<K, V>): V | undefined;
}

/**
 * Numbers that follow from what a block brings before its first transaction (votes, samples, new
 * series) and from parameters: made once a block and version of the parameters, by whoever asks
 * first. It follows the marks of the state: what was made after a mark goes when it is rolled back,
 * what was made before stays, so that failed transactions make nobody work twice.
 */
class Memory implements Joined {
  readonly #maps: Map<unknown, unknown>[] = [];
  #log: (readonly [map: Map<unknown, unknown>, key: unknown])[] = [];
  #forgotten = 0;
  #height = -1;
  #timeMs = -1;
  #paramsEpoch = -1;
  #params: readonly unknown[] = [];
  #view: View | undefined;

  /** Forgets everything when block, time or parameters are not those of the last use. */
  use(view: View): void {
    const { state, header } = view;
    const { paramsEpoch } = state;
    if (this.#view?.header === header && this.#paramsEpoch === paramsEpoch) return;
    const unmetered = { state, header, gas: NO_LIMIT };
    this.#view = unmetered;
    this.#paramsEpoch = paramsEpoch;
    const { height, timeMs } = header;
    const [marginParams, instrumentParams] = [params.get(unmetered), optionsParams.get(unmetered)];
    const [margin, instruments] = this.#params;
    const isSameBlock = height === this.#height && timeMs === this.#timeMs;
    if (isSameBlock && margin === marginParams && instruments === instrumentParams) return;
    this.flush();
    [this.#height, this.#timeMs] = [height, timeMs];
    this.#params = [marginParams, instrumentParams];
  }

  map<K, V>(): Remembered<K, V> {
    const known = new Map<K, V>();
    this.#maps.push(known);
    return {
      get: (key, make) => {
        let value = known.get(key);
        if (value === undefined) {
          value = make(this.#view!, key);
          if (value === undefined) return undefined;
          known.set(key, value);
          this.#log.push([known, key]);
        }
        return value;
      },
    };
  }

  mark(): number {
    return this.#forgotten + this.#log.length;
  }

  rollback(mark: number): void {
    while (this.mark() > mark) {
      const last = this.#log.pop();
      if (last === undefined) return;
      last[0].delete(last[1]);
    }
  }

  flush(): void {
    for (const map of this.#maps) map.clear();
    this.#forgotten += this.#log.length;
    this.#log = [];
  }
}

/** A memory of typed maps beside each version of the state. */
export class BlockMemo<T> {
  readonly #attachment: Attachment<Memory & { readonly maps: T }>;

  constructor(name: string, build: (memory: Pick<Memory, 'map'>) => T) {
    const create = () => {
      const memory = new Memory();
      return Object.assign(memory, { maps: build(memory) });
    };
    this.#attachment = { name, create };
  }

  get(view: View): T {
    const memory = view.state.attach(this.#attachment);
    memory.use(view);
    return memory.maps;
  }
}
