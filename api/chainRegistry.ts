import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as runtime from '../proto/gen/tenor.runtime.v1.ts';
import * as staking from '../proto/gen/tenor.staking.v1.ts';
import { ADDRESS_PREFIX } from '../app/lib/address.ts';
import { COINS } from '../app/lib/amountText.ts';
import { Reader } from './port.ts';
import type { QueryPort } from './port.ts';
import { moduleParams } from './services/moduleParams.ts';
import type { Turns } from './turns.ts';
import { CHAIN_VERSION } from './versions.ts';

export interface RegistryOptions {
  readonly query: QueryPort;
  readonly turns: Turns;
  readonly chainId: () => string;
  /** `host:port` of the node's gRPC; none without it. */
  readonly grpc?: string | undefined;
}

const CHAIN_NAME = 'tenor';
const STAKING_DENOM = 'utenor';
const PPM = 1_000_000;
const DAY_SECONDS = 86_400n;

interface Facts {
  readonly chainId: string;
  readonly gasPrices: readonly runtime.GasPrice[];
  readonly unbondingSeconds: bigint;
  /** Where this node is reached, as who asks reached it. */
  readonly url: string;
  readonly grpc: string | undefined;
}

/**
 * The chain as cosmos/chain-registry has it (chain.schema.json). The three prices of gas are the
 * least, and twice it for who is in a hurry.
 */
export function chainEntry({ chainId, gasPrices, unbondingSeconds, url, grpc }: Facts) {
  const feeToken = ({ denom, pricePpm }: runtime.GasPrice) => {
    const price = Number(pricePpm) / PPM;
    const steps = { low_gas_price: price, average_gas_price: price, high_gas_price: 2 * price };
    return { denom, fixed_min_gas_price: price, ...steps };
  };
  const endpoint = (address: string) => [{ address, provider: CHAIN_NAME }];
  return {
    $schema: '../chain.schema.json',
    chain_name: CHAIN_NAME,
    chain_type: 'cosmos',
    chain_id: chainId,
    pretty_name: `Tenor (${chainId})`,
    status: 'live',
    network_type: chainId.includes('-local-') ? 'devnet' : 'mainnet',
    bech32_prefix: ADDRESS_PREFIX,
    daemon_name: CHAIN_NAME,
    node_home: '$HOME/.tenor',
    key_algos: ['secp256k1'],
    slip44: 118,
    fees: { fee_tokens: gasPrices.map(feeToken) },
    staking: {
      staking_tokens: [{ denom: STAKING_DENOM }],
      lock_duration: { time: `${unbondingSeconds / DAY_SECONDS}d` },
    },
    codebase: {
      recommended_version: `v${CHAIN_VERSION}`,
      compatible_versions: [`v${CHAIN_VERSION}`],
      ...{ language: { type: 'other' }, sdk: { type: 'other' }, consensus: { type: 'cometbft' } },
    },
    description: 'An exchange for European, cash-settled options: a chain of its own.',
    apis: {
      rpc: endpoint(`${url}/rpc`),
      rest: endpoint(url),
      ...(grpc === undefined || grpc === '' ? {} : { grpc: endpoint(grpc) }),
    },
  };
}

/** Its coins as cosmos/chain-registry has them (assetlist.schema.json). */
export function assetList() {
  return {
    $schema: '../assetlist.schema.json',
    chain_name: CHAIN_NAME,
    assets: COINS.map(({ name, denom, decimals }) => ({
      description:
        denom === STAKING_DENOM ? 'Staking and fee token' : 'Quote and collateral of the exchange',
      denom_units: [
        { denom, exponent: 0 },
        { denom: name, exponent: decimals },
      ],
      type_asset: 'sdk.coin',
      base: denom,
      name: denom === STAKING_DENOM ? 'Tenor' : 'US dollar',
      display: name,
      symbol: name.toUpperCase(),
    })),
  };
}

const LOOPBACK = /^(127\.|localhost|\[::1\])/;

/** An address of this machine says nothing to who is elsewhere. */
const reachable = (address: string | undefined, host: string): string | undefined =>
  address !== undefined && LOOPBACK.test(address) && !LOOPBACK.test(host) ? undefined : address;

/** `/chain.json` and `/assetlist.json`: what wallets and directories know a chain by. */
export function registerChainRegistry(server: FastifyInstance, options: RegistryOptions): void {
  const { query, turns, chainId, grpc } = options;
  const urlOf = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`;
  server.get('/chain.json', (request) =>
    turns.run(() => {
      const reader = new Reader(query, 0);
      const { gasPrices } = moduleParams(reader, 'runtime', runtime.Params);
      const { unbondingSeconds } = moduleParams(reader, 'staking', staking.Params);
      const facts = { gasPrices, unbondingSeconds, grpc: reachable(grpc, request.host) };
      return chainEntry({ chainId: chainId(), url: urlOf(request), ...facts });
    }),
  );
  server.get('/assetlist.json', () => assetList());
}
