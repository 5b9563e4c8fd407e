import { createHash } from 'node:crypto';
import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { CHAIN_ID } from './chain.ts';
import type { BlockOptions, TestChain } from './chain.ts';
import { TextServer } from './textServer.ts';

type Params = Readonly<Record<string, string>>;

interface Included {
  readonly height: number;
  readonly tx: Uint8Array;
  readonly result: abci.ExecTxResult;
}

const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').toUpperCase();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * A chain of this process as programs reach one: over the RPC of an engine. Transactions wait until
 * the test makes a block.
 */
export class ChainRpc {
  readonly chain: TestChain;
  /** What CheckTx took, and no block has yet. */
  readonly waiting: Uint8Array[] = [];
  /** While true nothing is answered, as by a node that is down. */
  isDown = false;
  readonly #included = new Map<string, Included>();
  readonly #events = new Map<number, readonly abci.Event[]>();
  readonly #server: TextServer;

  constructor(chain: TestChain) {
    this.chain = chain;
    this.#server = new TextServer((body) => JSON.stringify(this.#respond(body)));
  }

  listen(): Promise<string> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** A block with what waits; its own events. */
  async block(options: BlockOptions = {}): Promise<readonly abci.Event[]> {
    const txs = this.waiting.splice(0);
    const { txResults, events } = await this.chain.block({ ...options, txs, unchecked: true });
    const { height } = this.chain;
    txs.forEach((tx, i) => {
      this.#included.set(hashOf(tx), { height, tx, result: txResults[i + 1]! });
    });
    this.#events.set(height, events);
    return events;
  }

  #respond(body: string): unknown {
    if (this.isDown) throw new Error('down');
    const { id, method, params } = JSON.parse(body) as {
      id: number;
      method: string;
      params: Params;
    };
    const result = this.#call(method, params);
    const error = { code: -32603, message: 'Internal error', data: notFound(params) };
    return { jsonrpc: '2.0', id, ...(result === null ? { error } : { result }) };
  }

  #call(method: string, params: Params): unknown {
    switch (method) {
      case 'status':
        return statusOf(this.chain);
      case 'abci_query':
        return { response: this.#query(params) };
      case 'broadcast_tx_sync':
        return this.#broadcast(Uint8Array.from(Buffer.from(params['tx']!, 'base64')));
      case 'tx':
        return this.#tx(Buffer.from(params['hash']!, 'base64').toString('hex').toUpperCase());
      case 'block_results':
        return this.#blockResults(Number(params['height']));
      default:
        return null;
    }
  }

  #query({ path, data = '', height = '0' }: Params): unknown {
    const bytes = Uint8Array.from(Buffer.from(data, 'hex'));
    const answer = this.chain.node.app.answer(path!, bytes, Number(height));
    const { code, codespace, log, value } = answer;
    const rest = { info: '', index: '0', key: null, proofOps: null };
    return {
      code,
      codespace,
      log,
      ...rest,
      height: String(answer.height),
      value: base64(value),
    };
  }

  #broadcast(tx: Uint8Array): unknown {
    const { code, codespace, log } = this.chain.node.app.checkTx({ tx, type: CheckTxType.NEW });
    if (code === 0) this.waiting.push(tx);
    return { code, codespace, log, data: '', hash: hashOf(tx) };
  }

  #tx(hash: string): unknown {
    const found = this.#included.get(hash);
    if (found === undefined) return null;
    const { height, tx, result } = found;
    const { code, codespace, log, info, data, gasUsed, gasWanted, events } = result;
    return {
      ...{ hash, height: String(height), index: 1, tx: base64(tx) },
      tx_result: {
        ...{ code, codespace, log, info, data: base64(data), events: events.map(eventOf) },
        ...{ gas_used: String(gasUsed), gas_wanted: String(gasWanted) },
      },
    };
  }

  #blockResults(height: number): unknown {
    const events = this.#events.get(height);
    if (events === undefined) return null;
    return {
      ...{ height: String(height), txs_results: [], validator_updates: [] },
      ...{ consensus_param_updates: null, finalize_block_events: events.map(eventOf) },
    };
  }
}

const eventOf = ({ type, attributes }: abci.Event): unknown => ({
  type,
  attributes: attributes.map(({ key, value, index }) => ({ key, value, index })),
});

const notFound = ({ hash = '' }: Params): string =>
  `tx (${Buffer.from(hash, 'base64').toString('hex').toUpperCase()}) not found`;

function statusOf({ height, timeMs }: TestChain): unknown {
  const hash = 'AB'.repeat(32);
  return {
    node_info: {
      ...{ protocol_version: { p2p: '8', block: '11', app: '1' }, id: 'AB'.repeat(20) },
      ...{ network: CHAIN_ID, version: '0.38.26', channels: '40', moniker: 'test' },
      ...{ listen_addr: 'tcp://0.0.0.0:1', other: { tx_index: 'on', rpc_address: '' } },
    },
    sync_info: {
      ...{ latest_block_hash: hash, latest_app_hash: hash, latest_block_height: String(height) },
      ...{ latest_block_time: new Date(timeMs).toISOString(), catching_up: false },
    },
    validator_info: {
      address: 'AB'.repeat(20),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: base64(new Uint8Array(32).fill(1)) },
      voting_power: '100',
    },
  };
}
