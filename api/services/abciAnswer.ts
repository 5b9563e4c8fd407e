import { status } from '@grpc/grpc-js';
import type { Answer } from '../port.ts';
import { QueryRefused } from '../port.ts';
import type { Answered } from './method.ts';
import { serviceError } from './status.ts';

/** The SDK's codes for what a query cannot be answered with (types/errors). */
const SDK_CODES: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 18,
  [status.NOT_FOUND]: 22,
};
const IO = 39;

/** `Services`, as far as this goes. */
interface Asked {
  owns(path: string): boolean;
  call(path: string, request: Uint8Array, height: number): Promise<Answered>;
}

/**
 * What the engine's `abci_query` gets for a path that is answered beside the state's own queries;
 * undefined for all others. A refusal is an answer: relayers ask this way.
 */
export function abciAnswer(
  services: Asked,
  path: string,
  data: Uint8Array,
  height: number,
): Promise<Answer> | undefined {
  if (!services.owns(path)) return undefined;
  return services.call(path, data, height).then(
    ({ value, height: of = height }) => ({ code: 0, codespace: '', log: '', value, height: of }),
    (error: unknown) => refusalOf(error, height),
  );
}

function refusalOf(error: unknown, height: number): Answer {
  if (error instanceof QueryRefused) return error.answer;
  const { code, details: log } = serviceError(error);
  const value = new Uint8Array(0);
  return { code: SDK_CODES[code] ?? IO, codespace: 'sdk', log, value, height };
}
