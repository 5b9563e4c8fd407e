import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { toBinary } from '../lib/bytes.ts';
import { runtimeErrors } from '../runtime/errors.ts';
import type { Registry } from '../runtime/registry.ts';
import type { ProofOp } from '../store/commitment.ts';
import type { Store } from '../store/store.ts';
import type { Answers } from './answers.ts';
import { storeOf, storedBytes } from './queries.ts';
import type { Answer } from './queries.ts';

/** Where queries go so that they do not delay consensus; see replica/. */
export interface QueryRoute {
  /** The read side's answer; undefined while there is nobody to ask. */
  forward(path: string, data: Uint8Array, height: number): Promise<Answer> | undefined;
  /** Does work here, now or when this process' share of time for it allows. */
  paced<T>(work: () => T): T | Promise<T>;
}

/** Without a read side, in tests and tools. */
export const directRoute: QueryRoute = {
  forward: () => undefined,
  paced: (work) => work(),
};

export interface AbciQueryOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly answers: Answers;
  readonly route: QueryRoute;
  readonly logger: { error(fields: object, message: string): void };
}

const UNPROVABLE = {
  code: 38,
  codespace: 'sdk',
  log: 'an empty store has no proof of absence (ics23): ask without prove',
};
const NO_BYTES = new Uint8Array(0);

/** ABCI's Query: answered by the read side where there is one; proofs come from the trees here. */
export class AbciQuery {
  readonly #o: AbciQueryOptions;

  constructor(options: AbciQueryOptions) {
    this.#o = options;
  }

  /** A query changes nothing: a fault in one is its answer, and no reason to stop the node. */
  query(request: abci.RequestQuery): abci.ResponseQuery | Promise<abci.ResponseQuery> {
    const { path, data, height, prove } = request;
    const { route } = this.#o;
    if (!prove) {
      const elsewhere = route.forward(path, data, Number(height));
      if (elsewhere !== undefined) return elsewhere.then((answer) => responseOf(data, answer));
    }
    return route.paced(() => this.#answer(request));
  }

  #answer(request: abci.RequestQuery): abci.ResponseQuery {
    try {
      return this.#proved(request);
    } catch (error) {
      const { path, data } = request;
      const fields = { err: error, path, data: Buffer.from(data).toString('base64') };
      this.#o.logger.error(fields, 'a query failed');
      const { code, codespace, message } = runtimeErrors.internal('an internal fault: see the log');
      const height = this.#o.store.committed?.height ?? 1;
      return responseOf(data, { code, codespace, log: message, value: NO_BYTES, height });
    }
  }

  #proved({ path, data, height, prove }: abci.RequestQuery): abci.ResponseQuery {
    const answer = this.#o.answers.answer(path, data, Number(height));
    const response = responseOf(data, answer);
    const store = storeOf(path);
    if (!prove || store === undefined || answer.code !== 0) return response;
    const ops = this.#prove(store, toBinary(data), answer.height);
    return ops === undefined ? { ...response, ...UNPROVABLE } : { ...response, proofOps: { ops } };
  }

  /** Proof of a stored value or its absence; undefined where ics23 has none. */
  #prove(name: string, key: string, height: number): ProofOp[] | undefined {
    const { store, registry } = this.#o;
    const version = store.at(height)!;
    try {
      return store.prove(version, name, key, (at) =>
        storedBytes(registry.schemas, version, name, at),
      );
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

function responseOf(key: Uint8Array, { height, ...answer }: Answer): abci.ResponseQuery {
  return { ...answer, info: '', index: 0n, key, height: BigInt(height) };
}
