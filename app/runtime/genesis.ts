import type { Codec } from '../../proto/codec.ts';
import { fromJson, toJson } from '../../proto/json.ts';
import type { Ctx, View } from './context.ts';
import type { GenesisSpec } from './module.ts';

interface TypedGenesis<G> {
  codec: Codec<G>;
  /** What is wrong with it, or null. */
  check?(genesis: G): string | null;
  init(ctx: Ctx, genesis: G): void;
  export(view: View): G;
}

/** A module's genesis as strict JSON of a message. */
export function genesisOf<G>(typed: TypedGenesis<G>): GenesisSpec {
  return {
    validate(genesis) {
      const wrong = typed.check?.(fromJson(typed.codec, genesis)) ?? null;
      if (wrong !== null) throw new Error(`${typed.codec.typeUrl.slice(1)}: ${wrong}`);
    },
    init: (ctx, genesis) => {
      typed.init(ctx, fromJson(typed.codec, genesis));
    },
    export: (view) => toJson(typed.export(view)),
  };
}
