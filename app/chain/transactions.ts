import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import type { AnteOptions, AntePorts } from '../runtime/ante.ts';
import { viewOf } from '../runtime/context.ts';
import type { BlockHeader } from '../runtime/context.ts';
import { executeTx } from '../runtime/execute.ts';
import type { TxResult } from '../runtime/execute.ts';
import { readTx, TxReader } from '../runtime/readTx.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import type { Router } from '../runtime/router.ts';
import { runtimeParams } from '../runtime/runtimeParams.ts';
import { SignatureChecker } from '../runtime/signature.ts';
import type { State } from '../store/state.ts';
import type { AppLogger } from './logger.ts';

export interface TransactionsOptions {
  readonly router: Router;
  readonly ports: AntePorts;
  readonly logger: AppLogger;
}

/**
 * Reads and executes transactions on any state, and remembers of each what is the same on all: what
 * it says, and that its signature is valid. What is remembered changes costs and no results.
 */
export class Transactions {
  readonly #o: TransactionsOptions;
  readonly #reader: TxReader;
  readonly #signatures = new SignatureChecker();

  constructor(options: TransactionsOptions) {
    this.#o = options;
    this.#reader = new TxReader(options.router);
  }

  /** Reads a transaction that is not executed yet. */
  readonly read = (bytes: Uint8Array, params: Params): ReadTx => this.#reader.read(bytes, params);

  /** Reads a transaction of a decided block. */
  readonly take = (bytes: Uint8Array, params: Params): ReadTx => this.#reader.take(bytes, params);

  execute(
    state: State,
    header: BlockHeader,
    read: ReadTx,
    mode: AnteOptions['mode'],
    spareGas = Infinity,
  ): TxResult {
    const { ports, logger } = this.#o;
    return executeTx(state, header, read, {
      mode,
      ports,
      signatures: this.#signatures,
      spareGas,
      params: runtimeParams.get(viewOf(state, header)),
      onAssertion: (error, tx) => {
        const fields = { height: header.height, tx: Buffer.from(tx).toString('base64') };
        logger.error({ ...fields, err: error }, 'an assertion failed in a transaction');
      },
    });
  }

  /** What a transaction would do, on a state of its own. */
  simulate(state: State, header: BlockHeader, bytes: Uint8Array): TxResult {
    const params = runtimeParams.get(viewOf(state, header));
    return this.execute(state, header, readTx(bytes, this.#o.router, params), 'simulate');
  }
}
