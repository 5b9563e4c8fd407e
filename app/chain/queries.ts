import { CodecError } from '../../proto/codec.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import {
  AuthInfo,
  SimulateRequest,
  SimulateResponse,
  TxBody,
  TxRaw,
} from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Tx } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { AssertionFailure } from '../lib/assert.ts';
import { OutOfGas } from '../lib/gas.ts';
import { BadPage } from '../lib/pagination.ts';
import { toBinary } from '../lib/bytes.ts';
import { viewOf } from '../runtime/context.ts';
import type { BlockHeader } from '../runtime/context.ts';
import { Reject, sdk } from '../runtime/errors.ts';
import type { TxResult } from '../runtime/execute.ts';
import type { Registry } from '../runtime/registry.ts';
import type { Schema } from '../store/collection.ts';
import type { Version } from '../store/store.ts';

/** What a query gets: bytes at a height, or a refusal with its code. */
export interface Answer {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly value: Uint8Array;
  readonly height: number;
}

/** Runs a transaction on a throwaway fork of a version. */
export type Simulate = (version: Version, txBytes: Uint8Array) => TxResult;

/**
 * The read side's only door: a path, the request's bytes and a committed version. Module paths, the
 * simulation of a transaction, and `/store/<name>/key` for raw values.
 */
export function answerQuery(
  registry: Registry,
  simulate: Simulate,
  version: Version,
  path: string,
  data: Uint8Array,
): Answer {
  try {
    const value = answer(registry, simulate, version, path, data);
    return { code: 0, codespace: '', log: '', value, height: version.height };
  } catch (error) {
    const { codespace, code, message } = asReject(error);
    return { code, codespace, log: message, value: new Uint8Array(0), height: version.height };
  }
}

/**
 * The stored bytes of a key of a version, for proofs. @throws AssertionFailure when it is not there
 */
export function storedBytes(
  schemas: readonly Schema[],
  version: Version,
  store: string,
  key: string,
): Uint8Array {
  const schema = schemas.find((s) => s.store === store && s.prefix === key.charCodeAt(0));
  const value = version.state.get(store, key);
  if (schema === undefined || value === undefined) {
    throw new AssertionFailure(`no value for a key of ${store} that its tree has`);
  }
  return schema.value.encode(value);
}

/** The store that a path asks a raw key of: `/store/<name>/key`. */
export function storeOf(path: string): string | undefined {
  return /^\/store\/([a-z]+)\/key$/.exec(path)?.[1];
}

function answer(
  registry: Registry,
  simulate: Simulate,
  version: Version,
  path: string,
  data: Uint8Array,
): Uint8Array {
  if (path === '/cosmos.tx.v1beta1.Service/Simulate') return simulated(simulate, version, data);
  const store = storeOf(path);
  if (store !== undefined) return rawValue(registry.schemas, version, store, data);
  const handler = registry.queries.get(path);
  if (handler === undefined) throw sdk.unknownRequest(`unknown query path ${path.slice(0, 100)}`);
  const { chainId, height, timeMs } = version;
  const header: BlockHeader = { chainId, height, timeMs, proposer: new Uint8Array(0) };
  return handler(viewOf(version.state, header), data);
}

function simulated(simulate: Simulate, version: Version, data: Uint8Array): Uint8Array {
  const { tx, txBytes } = SimulateRequest.decode(data);
  const result = simulate(version, tx === undefined || txBytes.length > 0 ? txBytes : rawOf(tx));
  if (result.code !== 0) throw new Reject(result.codespace, result.code, result.log);
  return SimulateResponse.encode({
    gasInfo: { gasWanted: BigInt(result.gasWanted), gasUsed: BigInt(result.gasUsed) },
    result: {
      data: result.data,
      log: result.log,
      events: result.events.map(({ type, attributes }) => ({
        type,
        attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
      })),
      msgResponses: TxMsgData.decode(result.data).msgResponses,
    },
  });
}

/** The bytes of a transaction that came in parts. */
function rawOf({ body, authInfo, signatures }: Tx): Uint8Array {
  const bodyBytes = body === undefined ? new Uint8Array(0) : TxBody.encode(body);
  const authInfoBytes = authInfo === undefined ? new Uint8Array(0) : AuthInfo.encode(authInfo);
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures });
}

/**
 * The stored bytes of a key: its first byte names the collection. Empty when there is no such key,
 * whatever it is: that is what a proof of absence is about.
 */
function rawValue(
  schemas: readonly Schema[],
  version: Version,
  store: string,
  key: Uint8Array,
): Uint8Array {
  if (!schemas.some((s) => s.store === store)) {
    throw sdk.unknownRequest(`there is no store ${store.slice(0, 100)}`);
  }
  const schema = schemas.find((s) => s.store === store && s.prefix === key[0]);
  const isKept = schema !== undefined && schema.storage !== 'derived';
  const value = isKept ? version.state.get(store, toBinary(key)) : undefined;
  return value === undefined ? new Uint8Array(0) : schema!.value.encode(value);
}

function asReject(error: unknown): Reject {
  if (error instanceof Reject) return error;
  if (error instanceof CodecError || error instanceof BadPage)
    return sdk.invalidRequest(error.message);
  // A failed assertion in a query changes nothing: the asker gets it, the node goes on.
  if (error instanceof AssertionFailure || error instanceof OutOfGas) {
    return sdk.invalidRequest(`the query cannot be answered: ${error.message}`);
  }
  throw error;
}
