import { status } from '@grpc/grpc-js';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { base64 } from '@scure/base';
import type { Codec } from '../../proto/codec.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { serviceError } from '../grpc/status.ts';
import { broadcastTx, getTx } from '../grpc/txService.ts';
import { BadRequest } from '../params.ts';
import { Reader } from '../port.ts';
import type { QueryPort } from '../port.ts';
import type { Turns } from '../turns.ts';
import { gatewayJson } from './gatewayJson.ts';

export interface TxRoutesOptions {
  readonly query: QueryPort;
  /** The engine's RPC. */
  readonly rpc: string;
  readonly turns: Turns;
  readonly logger: { error(fields: object, message: string): void };
}

const SIMULATE = '/cosmos.tx.v1beta1.Service/Simulate';

/** A transaction of the engine's largest size, in base64 and its JSON. */
const BODY_BYTES_MAX = 1_500_000;

/** HTTP's word for gRPC's, as the SDK's gateway has them. */
const HTTP_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.NOT_FOUND]: 404,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNAVAILABLE]: 503,
};

/**
 * `cosmos.tx.v1beta1.Service` as wallets call it over HTTP, in the SDK gateway's shapes, refusals
 * included: `{code, message, details}`.
 */
export function registerTxRoutes(server: FastifyInstance, options: TxRoutesOptions): void {
  const { query, rpc, turns } = options;
  const body = { bodyLimit: BODY_BYTES_MAX };

  server.post('/cosmos/tx/v1beta1/simulate', body, (request, reply) =>
    answered(reply, options, tx.SimulateResponse, async () => {
      const asked = { txBytes: txBytesOf(request.body) };
      return turns.run(() =>
        new Reader(query, 0).ask(SIMULATE, tx.SimulateRequest, tx.SimulateResponse, asked),
      );
    }),
  );
  server.post('/cosmos/tx/v1beta1/txs', body, (request, reply) =>
    answered(reply, options, tx.BroadcastTxResponse, async () =>
      broadcastTx(rpc, { txBytes: txBytesOf(request.body), mode: modeOf(request.body) }),
    ),
  );
  server.get<{ Params: { hash: string } }>('/cosmos/tx/v1beta1/txs/:hash', (request, reply) =>
    answered(reply, options, tx.GetTxResponse, () => getTx(rpc, request.params.hash)),
  );
}

async function answered<T>(
  reply: FastifyReply,
  { logger }: TxRoutesOptions,
  codec: Codec<T>,
  answer: () => Promise<T>,
): Promise<FastifyReply> {
  try {
    const json = gatewayJson(codec, await answer());
    return await reply.type('application/json; charset=utf-8').send(JSON.stringify(json));
  } catch (error) {
    const { code, details: message } = serviceError(error);
    if (code === status.INTERNAL) logger.error({ err: error }, 'a request failed');
    return reply.code(HTTP_STATUS[code] ?? 500).send({ code, message, details: [] });
  }
}

function fieldOf(body: unknown, ...names: readonly string[]): unknown {
  if (typeof body !== 'object' || body === null) {
    throw new BadRequest('the body is an object: {"tx_bytes": "base64"}');
  }
  const given = body as Record<string, unknown>;
  return names.map((name) => given[name]).find((value) => value !== undefined);
}

function txBytesOf(body: unknown): Uint8Array {
  const text = fieldOf(body, 'tx_bytes', 'txBytes');
  try {
    if (typeof text === 'string' && text !== '') return base64.decode(text);
  } catch {
    // Said below.
  }
  throw new BadRequest('tx_bytes is needed: a transaction (TxRaw) in base64');
}

function modeOf(body: unknown): tx.BroadcastMode {
  const given = fieldOf(body, 'mode');
  const modes: Readonly<Record<string, tx.BroadcastMode>> = tx.BroadcastMode;
  const named = typeof given === 'string' ? modes[given] : given;
  const mode = Object.values(modes).find((one) => one === named);
  if (mode === undefined) throw new BadRequest('mode must be BROADCAST_MODE_SYNC or …_ASYNC');
  return mode;
}
