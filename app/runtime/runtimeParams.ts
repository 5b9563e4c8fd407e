import { Params as ParamsMessage } from '../../proto/gen/tenor.runtime.v1.ts';
import { decodeAddress } from '../lib/address.ts';
import type { Reader } from '../store/collection.ts';
import { sdk } from './errors.ts';
import { Params } from './params.ts';

/** What a block may set aside by what its transactions want. */
export const setAsideOf = ({ maxBlockGas }: Pick<ParamsMessage, 'maxBlockGas'>): bigint =>
  (maxBlockGas * 3n) / 4n;

/** Limits, fees and the authority that may change parameters. */
export const runtimeParams = new Params<ParamsMessage>('runtime', ParamsMessage, (p) => {
  if (p.authority !== '' && decodeAddress(p.authority) === null) return 'authority is no address';
  if (p.maxTxGas < 100_000n || p.maxTxGas > 1_000_000_000n) return 'maxTxGas: 1e5 to 1e9';
  if (p.maxTxBytes < 1_000 || p.maxTxBytes > 1_000_000) return 'maxTxBytes: 1e3 to 1e6';
  if (p.maxMsgs < 1 || p.maxMsgs > 1_000) return 'maxMsgs: 1 to 1000';
  if (p.maxMemoBytes > 10_000) return 'maxMemoBytes: at most 10000';
  if (p.maxUnorderedTtlSeconds < 1 || p.maxUnorderedTtlSeconds > 3_600) {
    return 'maxUnorderedTtlSeconds: 1 to 3600';
  }
  if (p.maxBlockGas > 100_000_000_000n) return 'maxBlockGas: at most 1e11';
  if (p.maxTxGas > setAsideOf(p)) return 'maxTxGas: at most three quarters of maxBlockGas';
  if (p.maxBlockBytes < BigInt(p.maxTxBytes) + 16n || p.maxBlockBytes > 100_000_000n) {
    return 'maxBlockBytes: maxTxBytes + 16 to 1e8';
  }
  if (p.gasPrices.length > 8) return 'gasPrices: at most 8 denominations';
  return null;
});

export function defaultRuntimeParams(authority: string): ParamsMessage {
  return {
    authority,
    gasPrices: [
      { denom: 'utenor', pricePpm: 1_000n },
      { denom: 'uusd', pricePpm: 1_000n },
    ],
    maxTxGas: 8_000_000n,
    maxTxBytes: 65_536,
    maxMsgs: 100,
    maxMemoBytes: 256,
    maxUnorderedTtlSeconds: 600,
    maxBlockGas: 16_000_000n,
    maxBlockBytes: 1_048_576n,
  };
}

/** @throws Reject unless the address is the authority */
export function assertAuthority(reader: Reader, address: string): void {
  const { authority } = runtimeParams.get(reader);
  if (authority === '' || address !== authority) {
    throw sdk.unauthorized(`only the authority (${authority}) may do this`);
  }
}
