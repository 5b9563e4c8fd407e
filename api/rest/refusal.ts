import { status } from '@grpc/grpc-js';
import type { FastifyReply } from 'fastify';
import { serviceError } from '../services/status.ts';

/** HTTP's word for gRPC's, as the SDK's gateway has them. */
const HTTP_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.NOT_FOUND]: 404,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
};

interface Logger {
  error(fields: object, message: string): void;
}

/** A refusal in the gateway's shape: `{code, message, details}`. */
export function refuse(reply: FastifyReply, error: unknown, logger: Logger): FastifyReply {
  const { statusCode } = error as { statusCode?: number };
  // What the HTTP server itself refuses: a body that is no JSON, or too long.
  if (statusCode !== undefined && statusCode < 500) {
    const { message } = error as Error;
    return told(reply, statusCode, status.INVALID_ARGUMENT, message);
  }
  const { code, details } = serviceError(error);
  if (code === status.INTERNAL) logger.error({ err: error }, 'a request failed');
  return told(reply, HTTP_STATUS[code] ?? 500, code, details);
}

/** What the SDK's gateway says of a path that it does not have. */
export const refuseUnknown = (reply: FastifyReply): FastifyReply =>
  told(reply, 501, status.UNIMPLEMENTED, 'Not Implemented');

const told = (reply: FastifyReply, http: number, code: status, message: string): FastifyReply =>
  reply.code(http).send({ code, message, details: [] });
