import type { RequestInitChain } from 'cosmjs-types/tendermint/abci/types';
import { describe, expect, test } from '@jest/globals';
import { Execution } from '../../test/harness/execution.ts';
import { initGenesis } from './genesisState.ts';
import { FEE_COLLECTOR } from '../modules/index.ts';
import { State } from '../store/state.ts';

type Json = Record<string, Record<string, unknown>>;

const start = (change: (state: Json) => void) => () =>
  new Execution((state) => change(state as Json));

describe('genesis', () => {
  test('that was exported starts a chain with the same state', () => {
    const chain = new Execution();
    for (let i = 0; i < 3; i++) chain.block();
    const exported = Object.fromEntries(
      chain.registry.modules.map((m) => [m.name, m.genesis.export(chain.view)]),
    );
    const copy = new Execution((state) => Object.assign(state, exported));
    const again = Object.fromEntries(
      copy.registry.modules.map((m) => [m.name, m.genesis.export(copy.view)]),
    );
    expect(again).toEqual(exported);
  });

  const alice = new Execution().alice.address;
  const account = (accountNumber: string) => ({ address: alice, accountNumber, sequence: '0' });
  const auth = (changed: object) => (state: Json) => Object.assign(state['auth']!, changed);
  test.each<[string, (state: Json) => void, string | RegExp]>([
    ['a module too many', (s) => (s['nobody'] = {}), 'app_state.nobody is no module'],
    ['a module too few', (s) => Reflect.deleteProperty(s, 'bank'), 'app_state.bank is missing'],
    [
      'an upgrade with the first block',
      (s) => (s['runtime']!['plan'] = { name: 'v2', height: '1', info: '' }),
      'app_state.runtime: plan: height 1 is not after the first block, 1',
    ],
    ['an unknown field', (s) => (s['bank']!['more'] = 1), 'GenesisState.more: unknown field'],
    [
      'an account number twice',
      auth({
        accounts: [account('0'), { ...account('0'), address: FEE_COLLECTOR }],
        nextAccountNumber: '5',
      }),
      'a second time',
    ],
    [
      'an account twice',
      auth({ accounts: [account('0'), account('1')], nextAccountNumber: '5' }),
      'a second time',
    ],
    ['a number not given out yet', auth({ accounts: [account('0')] }), 'not given out yet'],
    [
      'a nonce of no one',
      auth({ nonces: [{ address: 'x', timeoutNs: '1' }] }),
      'x is not a tenor address',
    ],
    [
      'a coin of nothing',
      (s) =>
        (s['bank']!['balances'] = [{ address: alice, coins: [{ denom: 'uusd', amount: '0' }] }]),
      '0uusd is not a coin',
    ],
    [
      'parameters out of bounds',
      (s) => Object.assign(s['oracle']!['params'] as object, { quorumPpm: 400_000 }),
      'quorumPpm: 500000 to 1000000',
    ],
    [
      'feeds without an id',
      (s) =>
        Object.assign(s['oracle']!['params'] as object, {
          feeds: [{ underlyingId: 0, underlying: 'BTC' }],
        }),
      'feeds: ascending ids',
    ],
    [
      'a feed twice',
      (s) =>
        Object.assign(s['oracle']!['params'] as object, {
          feeds: [
            { underlyingId: 1, underlying: 'BTC' },
            { underlyingId: 2, underlying: 'BTC' },
          ],
        }),
      'feeds: BTC is there twice',
    ],
  ])('with %s is refused and named', (_, change, message) => {
    expect(start(change)).toThrow(message);
  });

  const chain = new Execution();
  const request = {
    chainId: 'x',
    time: { seconds: 0n, nanos: 0 },
    validators: [],
    initialHeight: 1n,
    appStateBytes: Buffer.from('{}'),
    consensusParams: { abci: { voteExtensionsEnableHeight: 1n } },
  };
  const init = (changed: Partial<RequestInitChain>) => () => {
    initGenesis(chain.registry, new State(), { ...request, ...changed });
  };

  test('of an engine that asks for no vote extensions, or too late, is refused', () => {
    const enabled = (voteExtensionsEnableHeight: bigint) =>
      init({ consensusParams: { abci: { voteExtensionsEnableHeight } } });
    expect(init({ consensusParams: {} })).toThrow('enable_height is 0; it must be 1');
    expect(enabled(0n)).toThrow('enable_height is 0; it must be 1');
    expect(enabled(2n)).toThrow('enable_height is 2; it must be 1');
    expect(enabled(1n)).toThrow('app_state.runtime is missing');
  });

  test('that is no object is refused', () => {
    for (const text of ['null', '7', '', '{']) {
      expect(init({ appStateBytes: Buffer.from(text) })).toThrow(/object|JSON/);
    }
  });
});
