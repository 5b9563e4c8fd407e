import { Buffer } from 'buffer';
import { Comet38Client } from '@cosmjs/tendermint-rpc';
import type { RpcClient, comet38 } from '@cosmjs/tendermint-rpc';
import type { BlockID, Commit, Header } from 'cosmjs-types/tendermint/types/types';
import { blockIDFlagFromJSON } from 'cosmjs-types/tendermint/types/validator';
import { LightError, lie } from './errors.ts';
import type { Claim, Provider } from './provider.ts';
import type { LightBlock, LightValidator } from './types.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const VALIDATORS_A_PAGE = 100;
const MAX_VALIDATORS = 1_000;
const NO_BYTES = new Uint8Array(0);
const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1_000_000;

/** The node's own error answer: it understood the question. */
class RpcError extends Error {}

type Request = Parameters<RpcClient['execute']>[0];
type Success = Awaited<ReturnType<RpcClient['execute']>>;

/** A node's RPC over HTTP (the JSON-RPC of CometBFT 0.38 and later). */
export class RpcProvider implements Provider {
  readonly name: string;
  readonly #client: Comet38Client;

  constructor(url: string) {
    this.name = url;
    const execute = (request: Request) => this.#execute(request);
    this.#client = Comet38Client.create({ execute, disconnect: () => undefined });
  }

  async latestHeight(): Promise<number> {
    return (await this.#ask(() => this.#client.status())).syncInfo.latestBlockHeight;
  }

  async stateHeight(): Promise<number> {
    return (await this.#ask(() => this.#client.abciInfo())).lastBlockHeight ?? 0;
  }

  async lightBlock(height: number): Promise<LightBlock | null> {
    try {
      const { header, commit } = await this.#ask(() => this.#client.commit(height));
      const validators = await this.#validators(height);
      return { header: headerOf(header), commit: commitOf(commit), validators };
    } catch (error) {
      if (error instanceof RpcError) return null;
      throw error;
    }
  }

  async #validators(height: number): Promise<LightValidator[]> {
    const all: LightValidator[] = [];
    for (let page = 1; all.length < MAX_VALIDATORS; page++) {
      const request = { height, page, per_page: VALIDATORS_A_PAGE };
      const { validators, total } = await this.#ask(() => this.#client.validators(request));
      for (const { pubkey, votingPower } of validators) {
        if (pubkey?.algorithm !== 'ed25519') throw lie('a validator has no Ed25519 key');
        all.push({ pubkey: pubkey.data, power: votingPower });
      }
      if (all.length >= total || validators.length === 0) return all;
    }
    throw lie(`${this.name} names more than ${MAX_VALIDATORS} validators`);
  }

  async prove(store: string, key: Uint8Array, height: number): Promise<Claim> {
    const request = { path: `/store/${store}/key`, data: key, height, prove: true };
    const answer = await this.#ask(() => this.#client.abciQuery(request)).catch(
      (error: unknown) => {
        if (error instanceof RpcError) throw new LightError('unprovable', error.message);
        throw error;
      },
    );
    if ((answer.code ?? 0) !== 0) {
      const why = answer.log ?? 'it does not say why';
      throw new LightError('unprovable', `${this.name} has no proof of height ${height}: ${why}`);
    }
    return { value: answer.value, height: answer.height ?? 0, ops: answer.proof?.ops ?? [] };
  }

  /** Answers that the client cannot read are no answers of a node. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof LightError || error instanceof RpcError) throw error;
      throw this.#notANode(String(error));
    }
  }

  #notANode(why: string): LightError {
    const line = why.split('\n')[0]!.slice(0, 200);
    return new LightError('unreachable', `${this.name}: not the answer of a node (${line})`);
  }

  async #execute(request: Request): Promise<Success> {
    const text = await this.#post(JSON.stringify(request)).catch((error: unknown) => {
      if (error instanceof LightError) throw error;
      const { cause, message } = error as { cause?: { code?: string }; message?: string };
      const reason = cause?.code ?? message ?? 'no answer';
      throw new LightError('unreachable', `${this.name}: no node answers (${reason})`);
    });
    let answer: Answer | null;
    try {
      answer = JSON.parse(text) as Answer | null;
    } catch {
      throw this.#notANode('it is not JSON, or not all of it');
    }
    const { result, error } = answer ?? {};
    if (error !== undefined) throw new RpcError(error.data ?? error.message ?? 'an error');
    if (result === undefined) throw this.#notANode('it has no result');
    return { jsonrpc: '2.0', id: request.id, result };
  }

  async #post(body: string): Promise<string> {
    const response = await fetch(this.name, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += (chunk as Uint8Array).length;
      if (length > MAX_ANSWER_BYTES) throw this.#notANode('it is too long');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message?: string; readonly data?: string };
}

type Time = comet38.Header['time'];

/** The client's dates are milliseconds with the nanoseconds beyond beside them. */
function timestampOf(time: Pick<Time, 'getTime'> & { readonly nanoseconds?: number }) {
  const ms = time.getTime();
  const seconds = Math.floor(ms / MS_PER_SECOND);
  const nanos = (ms - seconds * MS_PER_SECOND) * NS_PER_MS + (time.nanoseconds ?? 0);
  return { seconds: BigInt(seconds), nanos };
}

function blockIdOf(id: comet38.BlockId | null): BlockID {
  if (id === null) return { hash: NO_BYTES, partSetHeader: { total: 0, hash: NO_BYTES } };
  return { hash: id.hash, partSetHeader: { total: id.parts.total, hash: id.parts.hash } };
}

function headerOf(header: comet38.Header): Header {
  const { version, height, time, lastBlockId, ...hashes } = header;
  return {
    ...hashes,
    version: { block: BigInt(version.block), app: BigInt(version.app) },
    height: BigInt(height),
    time: timestampOf(time),
    lastBlockId: blockIdOf(lastBlockId),
  };
}

function commitOf({ blockId, height, round, signatures }: comet38.Commit): Commit {
  return {
    blockId: blockIdOf(blockId),
    height: BigInt(height),
    round,
    signatures: signatures.map(({ blockIdFlag, validatorAddress, timestamp, signature }) => ({
      blockIdFlag: blockIDFlagFromJSON(blockIdFlag),
      validatorAddress: validatorAddress ?? NO_BYTES,
      timestamp: timestamp === undefined ? { seconds: 0n, nanos: 0 } : timestampOf(timestamp),
      signature: signature ?? NO_BYTES,
    })),
  };
}
