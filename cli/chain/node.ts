import type { comet38 } from '@cosmjs/tendermint-rpc';
import { ClientError, Refusal, TxTimeout } from '../../client/errors.ts';
import type { Node as ClientNode } from '../../client/node.ts';
import type { Query } from '../../client/queries.ts';
import { humanise } from '../amounts.ts';
import { CliError, RefusedError, exitCodes } from '../errors.ts';
import { adviceFor } from './advice.ts';

/** A node's RPC as commands ask it: what goes wrong is a `CliError`, with what to do about it. */
export class Node {
  readonly url: string;
  readonly #node: ClientNode;
  readonly #advice: string;

  private constructor(node: ClientNode, advice: string) {
    this.url = node.url;
    this.#node = node;
    this.#advice = advice;
  }

  /** Nothing is sent yet. @param advice what to do when it does not answer */
  static async create(url: string, advice: string): Promise<Node> {
    // The RPC's client takes a while to load, and some commands need none.
    const client = await import('../../client/node.ts');
    return new Node(new client.Node(url), advice);
  }

  /** @param height of the state; the last if absent */
  ask<Q, R>(query: Query<Q, R>, message: Q, height?: number): Promise<R> {
    return this.use((node) => node.ask(query, message, height));
  }

  status(): Promise<comet38.StatusResponse> {
    return this.use((node) => node.status());
  }

  /** A transaction in a block, or null when it is in none. */
  tx(hash: Uint8Array): Promise<comet38.TxResponse | null> {
    return this.use((node) => node.tx(hash));
  }

  /** Peers it is connected to. */
  peers(): Promise<number> {
    return this.use((node) => node.peers());
  }

  /** Works with the client's own node. */
  async use<T>(work: (node: ClientNode) => Promise<T>): Promise<T> {
    try {
      return await work(this.#node);
    } catch (error) {
      throw error instanceof ClientError ? cliError(error, this.#advice) : error;
    }
  }
}

function cliError(error: ClientError, nodeAdvice: string): CliError {
  const { kind, message } = error;
  if (error instanceof Refusal) {
    const advice = adviceFor(error.codespace, error.code);
    return new RefusedError(error, humanise(message), advice, error.tx);
  }
  if (error instanceof TxTimeout) {
    const advice = `Do not send it again before you know: tenor tx show ${error.hash}`;
    return new CliError(exitCodes.timeout, `${message} It may still come.`, advice);
  }
  if (kind === 'badAnswer') {
    const advice = 'Use the version of this command that belongs to the chain.';
    return new CliError(exitCodes.fault, message, advice);
  }
  return new CliError(exitCodes.unreachable, message, nodeAdvice);
}
