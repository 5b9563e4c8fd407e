import * as oracle from '../../../proto/gen/tenor.oracle.v1.ts';
import { toJson } from '../../../proto/json.ts';
import { QueryRefused } from '../../port.ts';
import type { Reader } from '../../port.ts';
import type { Source } from '../source.ts';
import { withoutNulls } from '../mergePatch.ts';

const everyBlock = { touched: () => false, everyBlock: true } as const;

function mustPrice(reader: Reader, underlying: string): oracle.NamedPrice {
  const { prices } = reader.ask(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  );
  const found = prices.find((price) => price.underlying === underlying);
  if (found !== undefined) return found;
  const log = `no underlying ${underlying}`;
  throw new QueryRefused({ code: 1, codespace: 'options', log, value: NO_BYTES, height: 0 });
}

const NO_BYTES = new Uint8Array(0);

/** The index and the volatility index, each absent before its first quorum. */
export const oracleSource = (underlying: string): Source => ({
  read: (reader) => {
    const { price } = mustPrice(reader, underlying);
    const { index } = reader.ask(
      '/tenor.oracle.v1.Query/VolIndex',
      oracle.QueryVolIndexRequest,
      oracle.QueryVolIndexResponse,
      { underlying },
    );
    return {
      underlying,
      ...(price === undefined ? {} : { price: toJson(price) }),
      ...(index === undefined ? {} : { volIndex: toJson(index) }),
    };
  },
  follows: everyBlock,
});

/** The surface, and what it gives for each expiry. */
export const surfaceSource = (underlying: string): Source => ({
  read: (reader) => {
    const { surface, smiles } = reader.ask(
      '/tenor.oracle.v1.Query/Surface',
      oracle.QuerySurfaceRequest,
      oracle.QuerySurfaceResponse,
      { underlying },
    );
    const byExpiry = smiles.map((smile) => [String(smile.expirySeconds), toJson(smile)] as const);
    return {
      underlying,
      ...(surface === undefined ? {} : { surface: withoutNulls(toJson(surface)) }),
      smiles: Object.fromEntries(byExpiry),
    };
  },
  follows: everyBlock,
});
