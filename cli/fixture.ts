import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { TextServer } from '../test/harness/textServer.ts';
import { queries, type Query } from '../client/queries.ts';
import { run } from './run.ts';

/** What a fake node answers to a query: bytes, or a refusal. */
export type Answer =
  Uint8Array | { readonly code: number; readonly codespace: string; readonly log: string };

export interface FakeResult {
  readonly code?: number;
  readonly codespace?: string;
  readonly log?: string;
  readonly data?: Uint8Array;
  readonly events?: readonly { type: string; attributes: Readonly<Record<string, string>> }[];
}

type Params = Readonly<Record<string, string>>;

/** A node's RPC with answers made up by a test. */
export class FakeNode {
  chainId = 'tenor-local-1';
  /** By path. */
  readonly #answers = new Map<string, (request: Uint8Array) => Answer>();
  /** Bytes of every transaction that was broadcast. */
  readonly broadcasts: Uint8Array[] = [];
  /** What CheckTx says, in turn; then it accepts. */
  readonly admissions: FakeResult[] = [];
  /** What a block makes of every transaction; null: none ever comes. */
  result: FakeResult | null = {};
  readonly #server = new TextServer((body) => JSON.stringify(this.#respond(body)));

  constructor() {
    // Every order asks for the mode of its account.
    this.answer(queries.subaccounts, () => ({ subaccounts: [] }));
  }

  /** @param port the one that it had, to come back */
  listen(port = 0): Promise<string> {
    return this.#server.listen(port);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Answers a query with a message, or as told by the request. */
  answer<Q, R>(
    { path, request, response }: Query<Q, R>,
    make: (message: Q) => R | FakeResult,
  ): this {
    this.#answers.set(path, (bytes) => {
      const made = make(request.decode(bytes));
      if (made instanceof Refusal) return made;
      return response.encode(made as R);
    });
    return this;
  }

  #respond(body: string): unknown {
    const { id, method, params } = JSON.parse(body) as {
      id: number;
      method: string;
      params: Params;
    };
    const result = this.#call(method, params);
    const base = { jsonrpc: '2.0', id };
    return result === null
      ? { ...base, error: { code: -32603, message: 'Internal error', data: notFound(params) } }
      : { ...base, result };
  }

  #call(method: string, params: Params): unknown {
    if (method === 'status') return statusOf(this.chainId);
    if (method === 'abci_query') return { response: this.#query(params) };
    if (method === 'broadcast_tx_sync') {
      const bytes = Uint8Array.from(Buffer.from(params['tx']!, 'base64'));
      this.broadcasts.push(bytes);
      const { code = 0, codespace = '', log = '' } = this.admissions.shift() ?? {};
      return { code, codespace, log, data: '', hash: hashOf(bytes) };
    }
    return method === 'tx' && this.result !== null ? this.#tx(params, this.result) : null;
  }

  #query(params: Params): unknown {
    const make = this.#answers.get(params['path']!);
    const answer = make?.(Uint8Array.from(Buffer.from(params['data'] ?? '', 'hex'))) ?? {
      ...{ code: 6, codespace: 'sdk', log: `unknown query path ${params['path']!}` },
    };
    const base = { code: 0, log: '', info: '', index: '0', key: null, proofOps: null };
    const isBytes = answer instanceof Uint8Array;
    const value = isBytes ? Buffer.from(answer).toString('base64') : null;
    return { ...base, height: '5', codespace: '', value, ...(isBytes ? {} : { ...answer }) };
  }

  #tx(params: Params, result: FakeResult): unknown {
    const hash = Buffer.from(params['hash']!, 'base64').toString('hex').toUpperCase();
    const tx = this.broadcasts.find((bytes) => hashOf(bytes) === hash);
    if (tx === undefined) return null;
    const { code = 0, codespace = '', log = '', data, events = [] } = result;
    return {
      ...{ hash, height: '7', index: 1, tx: Buffer.from(tx).toString('base64') },
      tx_result: {
        ...{ code, codespace, log, info: '', gas_wanted: '0', gas_used: '900' },
        data: data === undefined ? null : Buffer.from(data).toString('base64'),
        events: events.map(({ type, attributes }) => ({
          type,
          attributes: Object.entries(attributes).map(([key, value]) => ({
            key,
            value,
            index: true,
          })),
        })),
      },
    };
  }
}

/** A made-up refusal of a query. */
export class Refusal {
  readonly codespace: string;
  readonly code: number;
  readonly log: string;

  constructor(codespace: string, code: number, log: string) {
    this.codespace = codespace;
    this.code = code;
    this.log = log;
  }
}

const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').toUpperCase();

const notFound = (params: Params): string =>
  `tx (${Buffer.from(params['hash'] ?? '', 'base64')
    .toString('hex')
    .toUpperCase()}) not found`;

function statusOf(network: string): unknown {
  const hash = 'AB'.repeat(32);
  const time = '2026-11-22T21:28:14.642715Z';
  return {
    node_info: {
      ...{ protocol_version: { p2p: '8', block: '11', app: '1' }, id: 'AB'.repeat(20), network },
      ...{ listen_addr: 'tcp://0.0.0.0:1', version: '0.39.0', channels: '40', moniker: 'fake' },
      other: { tx_index: 'on', rpc_address: 'tcp://127.0.0.1:1' },
    },
    sync_info: {
      ...{ latest_block_hash: hash, latest_app_hash: hash, latest_block_height: '5' },
      ...{ latest_block_time: time, catching_up: false },
    },
    validator_info: {
      address: 'AB'.repeat(20),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.alloc(32, 1).toString('base64') },
      voting_power: '100',
    },
  };
}

/** A sink that remembers. */
class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home and working folder of its own, in which commands run as if typed there. */
export class Place {
  readonly home = mkdtempSync(join(tmpdir(), 'tenor-cli-'));
  /** Unix milliseconds at which commands believe to run. */
  clock: () => number = () => Date.now();

  /** Writes a network's file, as a running one does. */
  addTestnet(chainId: string, rpc: string, accounts: readonly object[]): void {
    mkdirSync(join(this.home, '.testnet'), { recursive: true });
    const nodes = [{ name: 'validator0', rpc, pids: {} }];
    const file = { chainId, ready: true, nodes, accounts };
    writeFileSync(join(this.home, '.testnet', 'testnet.json'), JSON.stringify(file));
  }

  async run(args: string, stdin = '', env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const [stdout, stderr, input] = [new Sink(), new Sink(), new PassThrough()];
    input.end(stdin);
    const exitCode = await run(args.split(' '), {
      ...{ env, cwd: this.home, home: this.home, stdout, stderr, clock: this.clock },
      stdin: input as unknown as NodeJS.ReadStream,
    });
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
