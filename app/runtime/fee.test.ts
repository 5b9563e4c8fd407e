import { beforeEach, describe, expect, test } from '@jest/globals';
import { TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { codeOf, Execution, sendMsg } from '../../test/harness/execution.ts';
import type { TxOptions } from '../../test/harness/keys.ts';
import { FEE_COLLECTOR } from '../modules/index.ts';

const coin = (denom: string, amount: string) => ({ denom, amount });

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const aliceSends = (options: Partial<TxOptions> = {}) =>
  chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob)], options);

function altered(tx: Uint8Array, change: (raw: TxRaw) => Partial<TxRaw>): Uint8Array {
  const raw = TxRaw.decode(tx);
  return TxRaw.encode({ ...raw, ...change(raw) });
}

describe('fees', () => {
  test('the fee goes from the payer to the collector, and stays there when execution fails', () => {
    const before = chain.balance(chain.alice);
    const tx = chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob, 10n ** 30n)]);
    expect(codeOf(chain.run(tx))).toBe('sdk/5');
    expect(chain.balance(chain.alice)).toBe(before - 1_000n);
    expect(chain.balance({ address: FEE_COLLECTOR })).toBe(1_000n);
    expect(chain.sequence(chain.alice)).toBe(1n);
    expect(chain.refusal(tx)).toBe('sdk/32');
  });

  test.each<[string, Partial<TxOptions>, string]>([
    ['one unit too little', { fee: [{ denom: 'uusd', amount: '199' }] }, 'sdk/13'],
    ['nothing', { fee: [] }, 'sdk/13'],
    ['a coin without a price', { fee: [{ denom: 'ubtc', amount: '9999' }] }, 'sdk/13'],
    ['a negative amount', { fee: [{ denom: 'uusd', amount: '-200' }] }, 'sdk/10'],
    ['a hexadecimal amount', { fee: [{ denom: 'uusd', amount: '0xffff' }] }, 'sdk/10'],
    ['two coins', { fee: [coin('utenor', '500'), coin('uusd', '500')] }, 'sdk/10'],
    ['more than the payer has', { fee: [coin('uusd', '9'.repeat(39))] }, 'sdk/5'],
    ['gas beyond the limit', { gasLimit: 8_000_001n }, 'sdk/11'],
    ['gas beyond 2^53', { gasLimit: (1n << 64n) - 1n }, 'sdk/11'],
    ['no gas', { gasLimit: 0n }, 'sdk/11'],
  ])('%s is refused', (_, options, code) => expect(chain.refusal(aliceSends(options))).toBe(code));

  test('exactly the price is enough, in either denomination', () => {
    for (const denom of ['uusd', 'utenor']) {
      expect(chain.run(aliceSends({ fee: [coin(denom, '200')] }))).toMatchObject({ code: 0 });
    }
  });

  test('running out of gas costs the fee and undoes the messages', () => {
    const tx = aliceSends({ gasLimit: 8_500n });
    const result = chain.run(tx);
    expect(codeOf(result)).toBe('sdk/11');
    expect(result.gasWanted).toBe(8_500);
    expect(chain.sequence(chain.bob)).toBeUndefined();
    expect(chain.sequence(chain.alice)).toBe(1n);
  });

  test('a simulation needs neither fee nor signature and comes to the gas of the real one', () => {
    const tx = aliceSends();
    const bare = altered(aliceSends({ fee: [], gasLimit: 0n }), () => ({
      signatures: [new Uint8Array(0)],
    }));
    const { gasUsed } = chain.run(bare, 'simulate');
    chain = new Execution();
    const real = chain.run(tx);
    const lengthOf = (bytes: Uint8Array) => TxRaw.decode(bytes).authInfoBytes.length;
    // The real one carries a fee and a gas limit in its bytes, at 5 gas a byte.
    expect(real.gasUsed - gasUsed).toBe(5 * (lengthOf(tx) - lengthOf(bare)));
  });
});
