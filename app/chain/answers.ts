import { answerQuery } from './queries.ts';
import type { Answer } from './queries.ts';
import { awaitsUpgrade } from './stateAhead.ts';
import type { BlockHeader } from '../runtime/context.ts';
import type { TxResult } from '../runtime/execute.ts';
import type { Registry } from '../runtime/registry.ts';
import type { Version } from '../store/store.ts';
import type { Transactions } from './transactions.ts';

export interface AnswersOptions {
  readonly registry: Registry;
  readonly transactions: Transactions;
  /** A committed version that is still kept; height 0 asks for the last. */
  readonly at: (height: number) => Version | undefined;
}

/** The `sdk` code of what is not found: also of a height that is not kept. */
const NOT_FOUND = 38;
const NO_BYTES = new Uint8Array(0);
const missing = (log: string, height: number): Answer => {
  return { code: NOT_FOUND, codespace: 'sdk', log, value: NO_BYTES, height };
};

/**
 * Answers queries from committed versions: those of the application, or of its replica in the read
 * side. Both give the same answers.
 */
export class Answers {
  readonly #o: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#o = options;
  }

  /** A query path, its request's bytes, and a height (0: the last). */
  answer(path: string, data: Uint8Array, height: number): Answer {
    const { registry, at } = this.#o;
    const version = at(height);
    if (version === undefined) {
      const log =
        height === 0 ? 'no block yet: try again in a moment' : `height ${height} is not kept`;
      return missing(log, Math.max(height, 1));
    }
    if (awaitsUpgrade(registry, version)) {
      const log = `an upgrade comes with the block after ${version.height}: try again in a moment`;
      return missing(log, version.height);
    }
    return answerQuery(registry, (on, tx) => this.#simulate(on, tx), version, path, data);
  }

  #simulate({ chainId, height, timeMs, state }: Version, tx: Uint8Array): TxResult {
    const header: BlockHeader = { chainId, height: height + 1, timeMs, proposer: NO_BYTES };
    return this.#o.transactions.simulate(state.fork(), header, tx);
  }
}
