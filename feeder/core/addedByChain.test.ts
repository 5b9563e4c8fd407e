import { describe, expect, test } from '@jest/globals';
import { knownUnderlyings } from '../defaultMarkets.ts';
import { feederToml } from '../feederToml.ts';
import { parseFeederConfig } from '../parseConfig.ts';
import { addedByChain } from './addedByChain.ts';

const config = parseFeederConfig(feederToml({ socketPath: 'f' }), '/home/v0');
const BTC = { underlyingId: 1, underlying: 'BTC' };
const ETH = { underlyingId: 2, underlying: 'ETH' };
const USDT = { stablecoinId: 1, symbol: 'USDT' };

describe('what the chain wants beyond feeder.toml', () => {
  test('is nothing while the file has it all', () => {
    const wanted = { underlyings: [BTC, ETH], stablecoins: [USDT] };
    expect(addedByChain(config, wanted)).toEqual({
      ...{ underlyings: [], stablecoins: [], unknown: [] },
    });
  });

  test('is watched where the venues are known to list it, under the chain’s id', () => {
    const wanted = { underlyings: [BTC, { underlyingId: 9, underlying: 'SOL' }], stablecoins: [] };
    const SOL = knownUnderlyings.find(({ symbol }) => symbol === 'SOL')!;
    expect(addedByChain(config, wanted)).toMatchObject({
      underlyings: [{ ...SOL, id: 9 }],
      unknown: [],
    });
  });

  test('goes to the sources by the names that the file gives them', () => {
    const [kraken] = config.sources;
    const renamed = { ...config, sources: [{ ...kraken!, name: 'k2' }] };
    const wanted = { underlyings: [{ underlyingId: 3, underlying: 'SOL' }], stablecoins: [] };
    const [added] = addedByChain(renamed, wanted).underlyings;
    expect(added!.instruments).toEqual({ k2: 'SOLUSD' });
    expect(added!.options).toEqual({});
  });

  test('is told where nobody knows how, and left to the file where that has it', () => {
    const wanted = {
      underlyings: [
        { underlyingId: 4, underlying: 'DOGE' },
        { underlyingId: 7, underlying: 'BTC' },
        { underlyingId: 2, underlying: 'SOL' },
      ],
      stablecoins: [{ stablecoinId: 3, symbol: 'DAI' }],
    };
    expect(addedByChain(config, wanted)).toEqual({
      ...{ underlyings: [], stablecoins: [] },
      unknown: ['underlying DOGE (id 4)', 'stablecoin DAI (id 3)'],
    });
  });
});
