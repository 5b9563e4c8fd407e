import type { Codec } from '../../proto/codec.ts';
import { CodecError } from '../../proto/codec.ts';
import { PARAMS_PREFIX } from '../lib/records.ts';
import { Item } from '../store/collection.ts';
import type { Reader, Schema, Writer } from '../store/collection.ts';
import type { Ctx, View } from './context.ts';
import { runtimeErrors } from './errors.ts';
import type { ParamsSpec } from './module.ts';

/** A module's parameters: an item of its store with a check. */
export class Params<P> implements ParamsSpec {
  readonly typeUrl: string;
  readonly codec: Codec<P>;
  readonly #item: Item<P>;
  readonly #check: (params: P) => string | null;
  readonly #admit: (ctx: Ctx, params: P) => string | null;

  /**
   * @param check what is wrong with the parameters, or null
   * @param admit what is wrong with them after those before, or null; it may write
   */
  constructor(
    store: string,
    codec: Codec<P>,
    check: (params: P) => string | null,
    admit: (ctx: Ctx, params: P) => string | null = () => null,
  ) {
    this.typeUrl = codec.typeUrl;
    this.codec = codec;
    this.#check = check;
    this.#admit = admit;
    this.#item = new Item<P>({
      store,
      prefix: PARAMS_PREFIX,
      name: 'params',
      value: codec,
      storage: 'proved',
    });
  }

  get schema(): Schema {
    return this.#item.collection.spec;
  }

  get(reader: Reader): P {
    return this.#item.must(reader);
  }

  /** @throws Reject when the parameters are out of their bounds */
  set(writer: Writer, params: P): void {
    const wrong = this.#check(params);
    if (wrong !== null) throw runtimeErrors.badParams(wrong);
    this.#item.set(writer, params);
  }

  /** What is wrong with the parameters, or null. */
  wrong(params: P): string | null {
    return this.#check(params);
  }

  update(ctx: Ctx, bytes: Uint8Array): void {
    let params: P;
    try {
      params = this.codec.decode(bytes);
    } catch (error) {
      if (error instanceof CodecError) throw runtimeErrors.badParams(error.message);
      throw error;
    }
    const wrong = this.#check(params) ?? this.#admit(ctx, params);
    if (wrong !== null) throw runtimeErrors.badParams(wrong);
    this.#item.set(ctx, params);
  }

  current(view: View): Uint8Array {
    return this.codec.encode(this.get(view));
  }
}
