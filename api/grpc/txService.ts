import { CodecError } from '../../proto/codec.ts';
import type { TxResponse } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { BadRequest } from '../params.ts';
import { askEngine } from './engineRpc.ts';

/** What a method does with a request's bytes. */
export type Method = (request: Uint8Array) => Promise<Uint8Array>;

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
  info: '',
  gasWanted: 0n,
  gasUsed: 0n,
  tx: undefined,
  timestamp: '',
  events: [],
};

/** What of `cosmos.tx.v1beta1.Service` the engine knows. */
export function txService(rpc: string): Readonly<Record<string, Method>> {
  return {
    BroadcastTx: async (request) => {
      const asked = tx.BroadcastTxRequest.decode(request);
      return tx.BroadcastTxResponse.encode(await broadcastTx(rpc, asked));
    },
    GetTx: async (request) => {
      const { hash } = tx.GetTxRequest.decode(request);
      return tx.GetTxResponse.encode(await getTx(rpc, hash));
    },
  };
}

/** Hands a transaction to the engine. @throws BadRequest, EngineSilent */
export async function broadcastTx(
  rpc: string,
  { txBytes, mode }: tx.BroadcastTxRequest,
): Promise<tx.BroadcastTxResponse> {
  const sent = await askEngine<Sent>(rpc, methodOf(mode), { tx: base64(txBytes) });
  const { code, codespace, log, data, hash } = sent;
  const told = { code, codespace, rawLog: log, data: hex(data), txhash: hash };
  return { txResponse: { ...EMPTY, ...told } };
}

/** A transaction that is in a block, by its hash. @throws BadRequest, EngineSilent, NotInEngine */
export async function getTx(rpc: string, hash: string): Promise<tx.GetTxResponse> {
  const found = await askEngine<Found>(rpc, 'tx', { hash: hashOf(hash), prove: false });
  const { header } = await askEngine<{ header: { time: string } }>(rpc, 'header', {
    height: found.height,
  });
  const raw = Buffer.from(found.tx, 'base64');
  const decoded = decodedTx(raw);
  const value = decoded === undefined ? undefined : tx.Tx.encode(decoded);
  const any = value === undefined ? undefined : { typeUrl: tx.Tx.typeUrl, value };
  const txResponse = { ...responseOf(found), tx: any, timestamp: secondsOf(header.time) };
  return { tx: decoded, txResponse };
}

function methodOf(mode: tx.BroadcastMode): string {
  if (mode === tx.BroadcastMode.BROADCAST_MODE_SYNC) return 'broadcast_tx_sync';
  if (mode === tx.BroadcastMode.BROADCAST_MODE_ASYNC) return 'broadcast_tx_async';
  throw new BadRequest('mode must be BROADCAST_MODE_SYNC or BROADCAST_MODE_ASYNC');
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

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** The SDK tells data in upper-case hexadecimal. */
const hex = (text: string): string => Buffer.from(text, 'base64').toString('hex').toUpperCase();
/** As the SDK's gateway tells times: to the second. */
const secondsOf = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
