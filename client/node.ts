import { Comet38Client, HttpClient } from '@cosmjs/tendermint-rpc';
import type { comet38 } from '@cosmjs/tendermint-rpc';
import { CodecError } from '../proto/codec.ts';
import { ClientError, Refusal } from './errors.ts';
import { eventOf } from './outcome.ts';
import type { TxEvent } from './outcome.ts';
import type { Admission } from './errors.ts';
import type { Query } from './queries.ts';

const REQUEST_TIMEOUT_MS = 10_000;
/** The runtime's `readSideBusy`: it starts again, or more wait than it takes. */
const READ_SIDE_BUSY = 20;
const ACCEPTED: Admission = { code: 0, codespace: '', log: '' };

/** A node's RPC. Errors are `ClientError`: refused by the application, or not to be reached. */
export class Node {
  readonly url: string;
  readonly #client: Comet38Client;

  /** Nothing is sent yet. */
  constructor(url: string) {
    this.url = url;
    this.#client = Comet38Client.create(new HttpClient(url, REQUEST_TIMEOUT_MS));
  }

  /**
   * Asks the application. A refusal throws `Refusal` with its code.
   * @param height of the state; the last if absent
   */
  async ask<Q, R>(
    { path, request, response }: Query<Q, R>,
    message: Q,
    height?: number,
  ): Promise<R> {
    const data = request.encode(message);
    const answer = await this.#call((client) =>
      client.abciQuery({ path, data, ...(height === undefined ? {} : { height }) }),
    );
    const { code = 0, codespace, log = '', value } = answer;
    if (codespace === 'runtime' && code === READ_SIDE_BUSY) {
      // It is for a moment, and says nothing of what was asked.
      throw new ClientError('unreachable', `${this.url}: ${log}.`);
    }
    if (code !== 0) throw new Refusal({ code, codespace, log });
    try {
      return response.decode(value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new ClientError('badAnswer', `${path}: ${error.message}.`);
    }
  }

  status(): Promise<comet38.StatusResponse> {
    return this.#call((client) => client.status());
  }

  /** Hands a transaction to the mempool. One that it holds already was taken before. */
  async broadcast(tx: Uint8Array): Promise<Admission> {
    return this.#call(async (client) => {
      try {
        const { code, codespace, log } = await client.broadcastTxSync({ tx });
        return { code, codespace: codespace ?? '', log: log ?? '' };
      } catch (error) {
        if (isError(error) && /tx already exists in cache/.test(detailsOf(error))) return ACCEPTED;
        throw error;
      }
    });
  }

  /** A transaction in a block, or null when it is in none. */
  async tx(hash: Uint8Array): Promise<comet38.TxResponse | null> {
    return this.#call((client) => client.tx({ hash }).catch(nullWhenNotFound));
  }

  /** What a block did beside its transactions: what ended, expired or was liquidated in it. */
  async blockEvents(height: number): Promise<TxEvent[]> {
    const { finalizeBlockEvents } = await this.#call((client) => client.blockResults(height));
    return finalizeBlockEvents.map(eventOf);
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
      throw new ClientError('unreachable', `${this.url}: ${reasonOf(error)}.`);
    }
  }
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

/** Where tests run, fetch's errors are of another realm; that of a timeout is none at all. */
const isError = (error: unknown): error is Error =>
  error instanceof DOMException || Object.prototype.toString.call(error) === '[object Error]';

function reasonOf(error: unknown): string {
  if (!isError(error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${REQUEST_TIMEOUT_MS / 1000} seconds`;
  const { code, message } = (error.cause ?? {}) as { code?: string; message?: string };
  if (code === 'ECONNREFUSED') return 'no node listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  if (code !== undefined) return `the connection failed (${code})`;
  if (error.message === 'fetch failed') return `the connection failed (${message ?? 'no reason'})`;
  return `not the answer of a node (${detailsOf(error).split('\n')[0]!.slice(0, 200)})`;
}
