import { QueryParamsRequest, QueryParamsResponse } from '../../proto/gen/tenor.runtime.v1.ts';
import type { Codec } from '../../proto/codec.ts';
import type { TestChain } from './chain.ts';

/** What governs a module now. */
export function paramsOf<P>(chain: TestChain, module: string, codec: Codec<P>): P {
  const path = '/tenor.runtime.v1.Query/Params';
  const { params } = chain.query(path, QueryParamsRequest, QueryParamsResponse, { module });
  return codec.decode(params);
}
