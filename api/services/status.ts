import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { BadPage } from '../../app/lib/pagination.ts';
import { CodecError } from '../../proto/codec.ts';
import { BadRequest } from '../params.ts';
import { QueryRefused, isMissing } from '../port.ts';
import { TooBusy } from '../turns.ts';
import { EngineSilent } from './engineRpc.ts';
import { NotThere } from './method.ts';

const isWrong = (error: unknown): error is Error =>
  [BadRequest, BadPage, CodecError].some((kind) => error instanceof kind);

/** A refusal in gRPC's words. What the caller cannot mend is logged by who asks for it. */
export function serviceError(error: unknown): ServiceError {
  if (error instanceof QueryRefused) {
    const { answer } = error;
    const code = isMissing(answer) ? status.NOT_FOUND : status.INVALID_ARGUMENT;
    const refusal = made(code, answer.log);
    refusal.metadata.set('tenor-code', `${answer.codespace}/${answer.code}`);
    return refusal;
  }
  if (isWrong(error)) {
    return made(status.INVALID_ARGUMENT, error.message);
  }
  if (error instanceof TooBusy) return made(status.RESOURCE_EXHAUSTED, error.message);
  if (error instanceof NotThere) return made(status.NOT_FOUND, error.message);
  if (error instanceof EngineSilent) return made(status.UNAVAILABLE, error.message);
  return made(status.INTERNAL, 'internal error');
}

function made(code: status, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}
