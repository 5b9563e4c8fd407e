import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { suggestChain } from '../client/suggestChain.ts';
import { TestChain } from '../test/harness/chain.ts';
import { startApi } from './server.ts';
import { CHAIN_VERSION } from './versions.ts';

/** What cosmos/chain-registry's chain.schema.json lets an entry have; nothing else may be there. */
const CHAIN_KEYS = [
  ...['$schema', 'chain_name', 'chain_type', 'chain_id', 'pretty_name', 'website', 'status'],
  ...['network_type', 'bech32_prefix', 'bech32_config', 'daemon_name', 'node_home', 'key_algos'],
  ...['slip44', 'fees', 'staking', 'codebase', 'images', 'logo_URIs', 'description', 'peers'],
  ...['apis', 'snapshots', 'explorers', 'keywords', 'extra_codecs'],
];
const ASSET_KEYS = [
  ...['description', 'denom_units', 'type_asset', 'base', 'name', 'display', 'symbol'],
];

type Chain = Parameters<typeof suggestChain>[0];
type Assets = Parameters<typeof suggestChain>[1];

test('a node tells a registry of its chain, from which a wallet learns to use it', async () => {
  const node = await TestChain.start();
  const api = await startApi({
    ...{ listen: '127.0.0.1:0', grpc: '127.0.0.1:0' },
    query: (path, data, height) => node.node.app.answer(path, data, height),
    chainId: () => 'tenor-local-1',
    logger: { error: () => undefined },
  });
  try {
    await node.block();
    const get = async (path: string): Promise<unknown> =>
      (await fetch(api.url + path)).json() as Promise<unknown>;
    const chain = (await get('/chain.json')) as Chain & Record<string, unknown>;
    const list = (await get('/assetlist.json')) as Assets & Record<string, unknown>;
    expect(CHAIN_KEYS).toEqual(expect.arrayContaining(Object.keys(chain)));
    expect(chain).toMatchObject({
      $schema: expect.stringMatching(/^(\.\.\/)+chain\.schema\.json$/),
      chain_name: expect.stringMatching(/^[a-z0-9]+$/),
      ...{ chain_type: 'cosmos', status: 'live', network_type: 'devnet' },
      fees: { fee_tokens: [{ denom: 'utenor' }, { denom: 'uusd', low_gas_price: 0.001 }] },
      staking: { lock_duration: { time: expect.stringMatching(/^[1-9]\d*d$/) } },
    });
    expect(Object.keys(list)).toEqual(['$schema', 'chain_name', 'assets']);
    for (const asset of list.assets) {
      expect(ASSET_KEYS).toEqual(expect.arrayContaining(Object.keys(asset)));
      const units = asset.denom_units.map(({ denom }) => denom);
      expect(units).toEqual(expect.arrayContaining([asset.base, asset.display]));
    }
    expect(suggestChain(chain, list)).toMatchObject({
      ...{ chainId: 'tenor-local-1', rpc: `${api.url}/rpc`, rest: api.url },
      bip44: { coinType: 118 },
      bech32Config: { bech32PrefixAccAddr: 'tenor', bech32PrefixValAddr: 'tenorvaloper' },
      stakeCurrency: { coinDenom: 'TENOR', coinMinimalDenom: 'utenor', coinDecimals: 6 },
      feeCurrencies: [
        { coinMinimalDenom: 'utenor' },
        { coinDenom: 'USD', gasPriceStep: { low: 0.001, average: 0.001, high: 0.002 } },
      ],
    });
    // Behind a proxy it is reached by that one's name.
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example.org' };
    const proxied = await fetch(`${api.url}/chain.json`, { headers: forwarded });
    const { apis } = (await proxied.json()) as { apis: object };
    expect(apis).toMatchObject({ rest: [{ address: 'https://api.example.org' }] });
    // What only this machine reaches is told to nobody else.
    expect(['grpc' in (chain['apis'] as object), 'grpc' in apis]).toEqual([true, false]);
    expect(() => suggestChain(chain, { assets: [] })).toThrow(/has no utenor/);
  } finally {
    await api.close();
    await node.close();
  }
});

test("the version that is told is the program's", () => {
  const file = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  expect(CHAIN_VERSION).toBe(version);
});
