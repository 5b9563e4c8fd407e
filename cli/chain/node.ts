import { types } from 'node:util';
import type { Comet38Client, comet38 } from '@cosmjs/tendermint-rpc';
import { CodecError } from '../../proto/codec.ts';
import { humanise } from '../amounts.ts';
import { CliError, RefusedError, exitCodes } from '../errors.ts';
import type { TxPlace } from '../errors.ts';
import { adviceFor } from './advice.ts';
import type { Query } from './queries.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** What CheckTx said of a transaction. */
export interface Admission {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('hex').toUpperCase();

/** A node's RPC. Errors are `CliError`: refused by the application, or not to be reached. */
export class Node {
  readonly url: string;
  readonly #client: Comet38Client;
  /** What to do when it does not answer. */
  readonly #advice: string;

  private constructor(url: string, client: Comet38Client, advice: string) {
    this.url = url;
    this.#client = client;
    this.#advice = advice;
  }

  /** Nothing is sent yet. */
  static async create(url: string, advice: string): Promise<Node> {
    const { Comet38Client, HttpClient } = await import('@cosmjs/tendermint-rpc');
    const client = Comet38Client.create(new HttpClient(url, REQUEST_TIMEOUT_MS));
    return new Node(url, client, advice);
  }

  /** Asks the application. A refusal throws RefusedError with its code. */
  async ask<Q, R>({ path, request, response }: Query<Q, R>, message: Q): Promise<R> {
    const data = request.encode(message);
    const answer = await this.#call((client) => client.abciQuery({ path, data }));
    const { code = 0, codespace, log = '', value } = answer;
    if (code !== 0) throw refused({ code, codespace, log });
    try {
      return response.decode(value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const advice = 'Use the version of this command that belongs to the chain.';
      throw new CliError(exitCodes.fault, `${path}: ${error.message}.`, advice);
    }
  }

  status(): Promise<comet38.StatusResponse> {
    return this.#call((client) => client.status());
  }

  /** Hands a transaction to the mempool. */
  async broadcast(tx: Uint8Array): Promise<Admission> {
    const { code, codespace, log } = await this.#call((client) => client.broadcastTxSync({ tx }));
    return { code, codespace: codespace ?? '', log: log ?? '' };
  }

  /** A transaction in a block, or null when it is in none. */
  async tx(hash: Uint8Array): Promise<comet38.TxResponse | null> {
    return this.#call((client) => client.tx({ hash }).catch(nullWhenNotFound));
  }

  /** Peers it is connected to. */
  async peers(): Promise<number> {
    return this.#call(async () => {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const answer = await fetch(`${this.url}/net_info`, { signal });
      const body = (await answer.json()) as { result?: { n_peers?: string } };
      return Number(body.result?.n_peers ?? 0);
    });
  }

  async #call<T>(request: (client: Comet38Client) => Promise<T>): Promise<T> {
    try {
      return await request(this.#client);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): CliError {
    const reason = reasonOf(error);
    return new CliError(exitCodes.unreachable, `${this.url}: ${reason}.`, this.#advice);
  }
}

/** A refusal as an error, in dollars and with advice. */
export function refused(answer: Admission, tx: TxPlace | null = null): RefusedError {
  const { codespace, code, log } = answer;
  // What gRPC puts before its sentences is for machines.
  const sentence = humanise(log.replace(/^rpc error: code = \w+ desc = /, ''));
  return new RefusedError(answer, sentence, adviceFor(codespace, code), tx);
}

/** The RPC's error for an unknown hash; in all else it is a failure. */
function nullWhenNotFound(error: unknown): null {
  if (error instanceof Error && /tx \([0-9A-F]+\) not found/i.test(detailsOf(error))) return null;
  throw error;
}

function detailsOf(error: Error): string {
  const { body } = (error.cause ?? {}) as { body?: string };
  return body ?? error.message;
}

function reasonOf(error: unknown): string {
  // Where tests run, fetch's errors are of another realm; that of a timeout is none at all.
  const isError = types.isNativeError(error) || error instanceof DOMException;
  if (!isError) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${REQUEST_TIMEOUT_MS / 1000} seconds`;
  const { code, message } = (error.cause ?? {}) as { code?: string; message?: string };
  if (code === 'ECONNREFUSED') return 'no node listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  if (code !== undefined) return `the connection failed (${code})`;
  if (error.message === 'fetch failed') return `the connection failed (${message ?? 'no reason'})`;
  return `not the answer of a node (${detailsOf(error).split('\n')[0]!.slice(0, 200)})`;
}
