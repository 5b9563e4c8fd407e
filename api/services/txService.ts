import { CodecError } from '../../proto/codec.ts';
import type { TxResponse } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import type { PageRequest } from '../../proto/gen/cosmos.base.query.v1beta1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { listSource, paginate } from '../../app/lib/pagination.ts';
import { BadRequest } from '../params.ts';
import { engineBlock } from './engineBlock.ts';
import { base64Bytes } from './engineJson.ts';
import { askEngine } from './engineRpc.ts';
import { headerTimes } from './headerTimes.ts';
import type { HeaderTimes } from './headerTimes.ts';
import { ofEngine, under } from './method.ts';
import type { EngineMethod } from './method.ts';
import { positive } from './tendermintService.ts';

interface Sent {
  readonly code: number;
  readonly data: string;
  readonly log: string;
  readonly codespace: string;
  readonly hash: string;
}

interface Found {
  readonly hash: string;
  readonly height: string;
  readonly tx: string;
  readonly tx_result: {
    readonly code?: number;
    readonly data?: string | null;
    readonly log?: string;
    readonly info?: string;
    readonly codespace?: string;
    readonly gas_wanted?: string;
    readonly gas_used?: string;
    readonly events?: readonly {
      readonly type: string;
      readonly attributes?: readonly { key: string; value?: string | null; index?: boolean }[];
    }[];
  };
}

const EMPTY: TxResponse = {
  height: 0n,
  txhash: '',
  codespace: '',
  code: 0,
  data: '',
  rawLog: '',
  logs: [],
  info: '',
  gasWanted: 0n,
  gasUsed: 0n,
  tx: undefined,
  timestamp: '',
  events: [],
};

/** The engine gives no more at once. */
const SEARCH_LIMIT_MAX = 100;
const QUERY_LENGTH_MAX = 512;

/** What of `cosmos.tx.v1beta1.Service` the engine knows. */
export function txService(rpc: string): [string, EngineMethod][] {
  const times = headerTimes(rpc);
  return under('cosmos.tx.v1beta1.Service', {
    BroadcastTx: ofEngine(tx.BroadcastTxRequest, tx.BroadcastTxResponse, (asked) =>
      broadcastTx(rpc, asked),
    ),
    GetBlockWithTxs: ofEngine(
      tx.GetBlockWithTxsRequest,
      tx.GetBlockWithTxsResponse,
      ({ height, pagination }) => blockWithTxs(rpc, positive(height), pagination),
    ),
    GetTx: ofEngine(tx.GetTxRequest, tx.GetTxResponse, ({ hash }) => getTx(rpc, times, hash)),
    GetTxsEvent: ofEngine(tx.GetTxsEventRequest, tx.GetTxsEventResponse, (asked) =>
      searchTxs(rpc, times, asked),
    ),
  });
}

/** Hands a transaction to the engine. @throws BadRequest, EngineSilent */
async function broadcastTx(
  rpc: string,
  { txBytes, mode }: tx.BroadcastTxRequest,
): Promise<tx.BroadcastTxResponse> {
  if (txBytes.length === 0) throw new BadRequest('tx_bytes is needed: a transaction (TxRaw)');
  const encoded = Buffer.from(txBytes).toString('base64');
  const sent = await askEngine<Sent>(rpc, methodOf(mode), { tx: encoded });
  const { code, codespace, log, data, hash } = sent;
  const told = { code, codespace, rawLog: log, data: hex(data), txhash: hash };
  return { txResponse: { ...EMPTY, ...told } };
}

function methodOf(mode: tx.BroadcastMode): string {
  if (mode === tx.BroadcastMode.BROADCAST_MODE_SYNC) return 'broadcast_tx_sync';
  if (mode === tx.BroadcastMode.BROADCAST_MODE_ASYNC) return 'broadcast_tx_async';
  throw new BadRequest('mode must be BROADCAST_MODE_SYNC or BROADCAST_MODE_ASYNC');
}

/** A transaction that is in a block, by its hash. @throws BadRequest, EngineSilent, NotThere */
async function getTx(rpc: string, times: HeaderTimes, hash: string): Promise<tx.GetTxResponse> {
  const found = await askEngine<Found>(rpc, 'tx', { hash: hashOf(hash), prove: false });
  return told(found, await times([found.height]));
}

/** Transactions by their events, a page of them. @throws BadRequest, EngineSilent */
async function searchTxs(
  rpc: string,
  times: HeaderTimes,
  asked: tx.GetTxsEventRequest,
): Promise<tx.GetTxsEventResponse> {
  const { page, limit } = searchPage(asked);
  const order = asked.orderBy === tx.OrderBy.ORDER_BY_DESC ? 'desc' : 'asc';
  const search = await askEngine<{ txs: readonly Found[]; total_count: string }>(rpc, 'tx_search', {
    ...{ query: searchQuery(asked), prove: false, order_by: order },
    ...{ page: String(page), per_page: String(limit) },
  });
  const at = await times(search.txs.map(({ height }) => height));
  const found = search.txs.map((one) => told(one, at));
  return {
    txs: found.map((one) => one.tx ?? { signatures: [] }),
    txResponses: found.map((one) => one.txResponse),
    total: BigInt(search.total_count),
  };
}

/** `page` and `limit`, or what `pagination` has of them, as older clients send it. */
function searchPage({ page, limit, pagination }: tx.GetTxsEventRequest) {
  const size = [limit, pagination?.limit ?? 0n].find((one) => one > 0n) ?? BigInt(SEARCH_LIMIT_MAX);
  const perPage = size > BigInt(SEARCH_LIMIT_MAX) ? BigInt(SEARCH_LIMIT_MAX) : size;
  const from = (pagination?.offset ?? 0n) / perPage + 1n;
  const number = page > 0n ? page : from;
  if (number > 1_000_000n) throw new BadRequest('page is at most 1000000');
  return { page: number, limit: perPage };
}

function searchQuery({ query, events }: tx.GetTxsEventRequest): string {
  const text = query === '' ? events.join(' AND ') : query;
  if (text === '') throw new BadRequest("query is needed: message.sender='tenor1…'");
  if (text.length > QUERY_LENGTH_MAX) {
    throw new BadRequest(`query has at most ${QUERY_LENGTH_MAX} characters`);
  }
  return text;
}

/** A block and a page of the transactions in it; the votes that it begins with are none. */
async function blockWithTxs(rpc: string, height: string, asked: PageRequest | undefined) {
  const { blockId, block } = await engineBlock(rpc, { height });
  const txs = block.data.txs.flatMap((bytes) => decodedTx(bytes) ?? []);
  const { items, pagination } = paginate(listSource(txs), asked);
  return { txs: items, blockId, block, pagination };
}

function told(found: Found, times: ReadonlyMap<string, string>) {
  const decoded = decodedTx(base64Bytes(found.tx));
  const value = decoded === undefined ? undefined : tx.Tx.encode(decoded);
  const any = value === undefined ? undefined : { typeUrl: tx.Tx.typeUrl, value };
  const timestamp = times.get(found.height) ?? '';
  return { tx: decoded, txResponse: { ...responseOf(found), tx: any, timestamp } };
}

function responseOf({ hash, height, tx_result: result }: Found): TxResponse {
  return {
    ...EMPTY,
    height: BigInt(height),
    txhash: hash,
    codespace: result.codespace ?? '',
    code: result.code ?? 0,
    data: hex(result.data ?? ''),
    rawLog: result.log ?? '',
    info: result.info ?? '',
    gasWanted: BigInt(result.gas_wanted ?? 0),
    gasUsed: BigInt(result.gas_used ?? 0),
    events: (result.events ?? []).map(({ type, attributes }) => ({
      type,
      attributes: (attributes ?? []).map(({ key, value, index }) => ({
        key,
        value: value ?? '',
        index: index ?? false,
      })),
    })),
  };
}

/** The parts of a transaction; nothing for what is none, as the votes that a block begins with. */
function decodedTx(bytes: Uint8Array): tx.Tx | undefined {
  try {
    const { bodyBytes, authInfoBytes, signatures } = tx.TxRaw.decode(bytes);
    const [body, authInfo] = [tx.TxBody.decode(bodyBytes), tx.AuthInfo.decode(authInfoBytes)];
    return { body, authInfo, signatures };
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function hashOf(text: string): string {
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    throw new BadRequest('hash must be the 64 hexadecimal digits of a transaction');
  }
  return Buffer.from(text.replace(/^0x/, ''), 'hex').toString('base64');
}

/** The SDK tells data in upper-case hexadecimal. */
const hex = (text: string): string => Buffer.from(text, 'base64').toString('hex').toUpperCase();
