import { setTimeout as sleep } from 'node:timers/promises';
import {
  BaseAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from '../../proto/gen/cosmos.auth.v1beta1.ts';
import type { Codec } from '../../proto/codec.ts';
import { call } from '../bench/network/rpc.ts';
import type { AnyMsg, TxOptions, UserKey } from '../harness/keys.ts';

export interface Broadcast {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly hash: string;
}

export interface Included {
  readonly height: number;
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

interface TxAnswer {
  readonly height: string;
  readonly tx_result: { readonly code: number; readonly codespace: string; readonly log: string };
}

const POLL_MS = 100;
const LIMIT_MS = 30_000;

/** Waits until something holds; the message says what was waited for. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  limitMs = LIMIT_MS,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    await sleep(POLL_MS);
  }
}

/** A node as outside programs see it: its RPC and REST. */
export class NodeClient {
  readonly rpc: string;
  readonly rest: string;

  constructor(node: { readonly rpc: string; readonly rest: string | null }) {
    this.rpc = node.rpc;
    this.rest = node.rest!;
  }

  /** Asked again when the engine has closed an idle connection. */
  call<T>(method: string, params: object): Promise<T> {
    return call<T>(this.rpc, method, params);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.rest + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async height(): Promise<number> {
    const status = await this.call<{ sync_info: { latest_block_height: string } }>('status', {});
    return Number(status.sync_info.latest_block_height);
  }

  /** The app hash in the header of a height, or undefined when the node is not there yet. */
  async appHash(height: number): Promise<string | undefined> {
    try {
      const answer = await this.call<{ header: { app_hash: string } }>('header', {
        height: String(height),
      });
      return answer.header.app_hash;
    } catch {
      return undefined;
    }
  }

  async query<Q, R>(path: string, request: Codec<Q>, answer: Codec<R>, message: Q): Promise<R> {
    const data = Buffer.from(request.encode(message)).toString('hex');
    const { response } = await this.call<{
      response: { code?: number; log?: string; value: string | null };
    }>('abci_query', { path, data });
    if ((response.code ?? 0) !== 0) throw new Error(`${path}: ${response.log ?? ''}`);
    return answer.decode(Buffer.from(response.value ?? '', 'base64'));
  }

  async account(address: string): Promise<BaseAccount> {
    const { account } = await this.query(
      '/cosmos.auth.v1beta1.Query/Account',
      QueryAccountRequest,
      QueryAccountResponse,
      { address },
    );
    return BaseAccount.decode(account!.value);
  }

  async sign(
    user: UserKey,
    msgs: readonly AnyMsg[],
    options: Partial<TxOptions> = {},
  ): Promise<Uint8Array> {
    const { accountNumber, sequence } = await this.account(user.address);
    return user.signTx(msgs, { chainId: 'tenor-local-1', accountNumber, sequence, ...options });
  }

  /** What CheckTx says. */
  broadcast(tx: Uint8Array): Promise<Broadcast> {
    return this.call('broadcast_tx_sync', { tx: Buffer.from(tx).toString('base64') });
  }

  /** Signs, sends, and waits until it is in a block. */
  async send(
    user: UserKey,
    msgs: readonly AnyMsg[],
    options: Partial<TxOptions> = {},
  ): Promise<Included> {
    const sent = await this.broadcast(await this.sign(user, msgs, options));
    if (sent.code !== 0) throw new Error(`refused: ${sent.codespace}/${sent.code} ${sent.log}`);
    const hash = Buffer.from(sent.hash, 'hex').toString('base64');
    return eventually(`transaction ${sent.hash}`, async () => {
      try {
        const { height, tx_result } = await this.call<TxAnswer>('tx', { hash });
        return { height: Number(height), ...tx_result };
      } catch {
        return undefined;
      }
    });
  }
}

/** Steers the simulated market. */
export async function control(marketUrl: string, body: object): Promise<void> {
  const response = await fetch(`${marketUrl}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`control: ${await response.text()}`);
}

/** Those of the processes that still run: none, after a network was stopped. */
export function alive(pids: readonly (number | null)[]): (number | null)[] {
  return pids.filter((pid) => {
    try {
      return pid !== null && process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}
