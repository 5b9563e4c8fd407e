import { beforeEach, describe, expect, test } from '@jest/globals';
import { Params } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../test/harness/execution.ts';
import { genesis } from './genesis.ts';
import { defaultOracleParams, params } from './params.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

/** As governance changes them: what is refused has no effect. */
const update = (change: Partial<Params>) => () => {
  params.update(chain.ctx, Params.encode({ ...params.get(chain.view), ...change }));
};
const refused = (text: string) => {
  const message: unknown = expect.stringContaining(text);
  return expect.objectContaining({ codespace: 'runtime', code: 6, message });
};

const BTC = { underlyingId: 1, underlying: 'BTC' };
const feeds = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ underlyingId: i + 1, underlying: `S${i}` }));

describe('parameters of more than votes can say', () => {
  test('are refused: else every vote would be empty', () => {
    const { stablecoins } = defaultOracleParams;
    const of = (count: number, maxExtensionBytes: number) => () => {
      params.set(chain.ctx, { ...defaultOracleParams, feeds: feeds(count), maxExtensionBytes });
    };
    expect(stablecoins).toHaveLength(2);
    expect(of(7, 512)).not.toThrow();
    expect(of(8, 512)).toThrow('maxExtensionBytes: at least 515');
    expect(of(27, 512)).toThrow('maxExtensionBytes: at least 1693');
    expect(of(32, 2_003)).not.toThrow();
    expect(of(1, 64)).toThrow('maxExtensionBytes: at least 81');
  });
});

describe('an id', () => {
  test('is never another symbol, now or after it was removed', () => {
    expect(update({ feeds: [BTC, { underlyingId: 2, underlying: 'SOL' }] })).toThrow(
      refused('index 2 was ETH: ids are never used again'),
    );
    update({ feeds: [BTC] })();
    expect(update({ feeds: [BTC, { underlyingId: 2, underlying: 'SOL' }] })).toThrow(
      refused('index 2 was ETH'),
    );
    update({ feeds: [BTC, { underlyingId: 2, underlying: 'ETH' }] })();
    update({ feeds: [BTC, { underlyingId: 3, underlying: 'SOL' }] })();
    expect(update({ stablecoins: [{ stablecoinId: 1, symbol: 'DAI' }] })).toThrow(
      refused('stablecoin 1 was USDT'),
    );
  });

  test('is remembered over export and import', () => {
    update({ feeds: [BTC] })();
    const exported = genesis.export(chain.view);
    chain = new Execution();
    genesis.init(chain.ctx, exported);
    expect(genesis.export(chain.view)).toEqual(exported);
    expect(update({ feeds: [BTC, { underlyingId: 2, underlying: 'SOL' }] })).toThrow('was ETH');
  });
});
