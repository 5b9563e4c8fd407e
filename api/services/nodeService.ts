import * as pb from '../../proto/gen/cosmos.base.node.v1beta1.ts';
import * as runtime from '../../proto/gen/tenor.runtime.v1.ts';
import { formatDecimal } from '../../app/lib/decimal.ts';
import type { Reader } from '../port.ts';
import { hexBytes, timestampOf } from './engineJson.ts';
import type { HeaderJson } from './engineJson.ts';
import { askEngine } from './engineRpc.ts';
import { engineStatus } from './engineStatus.ts';
import { ofEngine, ofState, under } from './method.ts';
import type { EngineMethod, StateView } from './method.ts';
import { moduleParams } from './moduleParams.ts';

const SERVICE = 'cosmos.base.node.v1beta1.Service';

/** Prices are millionths of a base unit. */
const PRICE_DECIMALS = 6;

/** The price of gas in each denomination: `0.001utenor,0.001uusd`. */
function config(reader: Reader): pb.ConfigResponse {
  const { gasPrices } = moduleParams(reader, 'runtime', runtime.Params);
  const prices = gasPrices.map(
    ({ denom, pricePpm }) => `${formatDecimal(pricePpm, PRICE_DECIMALS)}${denom}`,
  );
  return {
    minimumGasPrice: prices.join(','),
    // How many states a node keeps is its operator's business; blocks are its engine's.
    ...{ pruningKeepRecent: '', pruningInterval: '', haltHeight: 0n },
  };
}

/** `cosmos.base.node.v1beta1.Service`. */
export const nodeViews: readonly (readonly [string, StateView])[] = under(SERVICE, {
  Config: ofState(pb.ConfigRequest, pb.ConfigResponse, config),
});

export const nodeService = (rpc: string): [string, EngineMethod][] =>
  under(SERVICE, {
    Status: ofEngine(pb.StatusRequest, pb.StatusResponse, async () => {
      const { sync_info: sync } = await engineStatus(rpc);
      const { latest_block_height: height } = sync;
      const { header } = await askEngine<{ header: HeaderJson }>(rpc, 'header', { height });
      return {
        earliestStoreHeight: BigInt(sync.earliest_block_height),
        height: BigInt(height),
        timestamp: timestampOf(sync.latest_block_time),
        appHash: hexBytes(sync.latest_app_hash),
        validatorHash: hexBytes(header.validators_hash),
      };
    }),
  });
