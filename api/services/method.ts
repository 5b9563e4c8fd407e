import type { Codec } from '../../proto/codec.ts';
import type { Reader } from '../port.ts';

export interface Answered {
  readonly value: Uint8Array;
  /** Of the state that the answer is of; undefined where it is of none. */
  readonly height?: number;
}

/** What the engine has to be asked for. Takes and gives the bytes of messages. */
export type EngineMethod = (request: Uint8Array) => Promise<Uint8Array>;

/** What other queries of the state say in another shape. */
export type StateView = (reader: Reader, request: Uint8Array) => Uint8Array;

export function ofEngine<Q, R>(
  request: Codec<Q>,
  response: Codec<R>,
  answer: (asked: Q) => Promise<R>,
): EngineMethod {
  return async (bytes) => response.encode(await answer(request.decode(bytes)));
}

export function ofState<Q, R>(
  request: Codec<Q>,
  response: Codec<R>,
  answer: (reader: Reader, asked: Q) => R,
): StateView {
  return (reader, bytes) => response.encode(answer(reader, request.decode(bytes)));
}

/** The methods of a service by their paths. */
export const under = <M>(service: string, methods: Readonly<Record<string, M>>): [string, M][] =>
  Object.entries(methods).map(([name, method]) => [`/${service}/${name}`, method]);

/** What is asked for is not there: gRPC's NOT_FOUND. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}
