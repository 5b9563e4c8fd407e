import type { Codec } from '../../proto/codec.ts';
import * as runtime from '../../proto/gen/tenor.runtime.v1.ts';
import type { Reader } from '../port.ts';

/** A module's parameters. */
export function moduleParams<T>(reader: Reader, module: string, codec: Codec<T>): T {
  const { QueryParamsRequest, QueryParamsResponse } = runtime;
  const path = '/tenor.runtime.v1.Query/Params';
  return codec.decode(reader.ask(path, QueryParamsRequest, QueryParamsResponse, { module }).params);
}
