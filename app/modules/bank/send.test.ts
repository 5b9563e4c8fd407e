import { beforeEach, describe, expect, test } from '@jest/globals';
import { MsgSend, QueryAllBalancesRequest } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { codeOf, Execution, sendMsg } from '../../../test/harness/execution.ts';
import { anyOf } from '../../../test/harness/keys.ts';
import { moduleAddress } from '../../lib/address.ts';
import { FEE_COLLECTOR } from '../index.ts';
import { bankModule } from './index.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const send = (toAddress: string, coins: readonly (readonly [string, string])[]) =>
  chain.sign(chain.alice, [
    anyOf(MsgSend, {
      fromAddress: chain.alice.address,
      toAddress,
      amount: coins.map(([denom, amount]) => ({ denom, amount })),
    }),
  ]);

describe('a transfer', () => {
  test('moves base units and opens the recipient’s account', () => {
    const before = chain.balance(chain.alice);
    expect(chain.run(send(chain.bob.address, [['uusd', '7']]))).toMatchObject({ code: 0 });
    expect(chain.balance(chain.alice)).toBe(before - 7n - 1_000n);
    expect(chain.balance(chain.bob)).toBe(7n);
    expect(chain.sequence(chain.bob)).toBe(0n);
  });

  test('of several denominations is one transfer each, or none at all', () => {
    const coins = (utenor: string) =>
      [
        ['utenor', utenor],
        ['uusd', '9'],
      ] as const;
    expect(chain.run(send(chain.bob.address, coins('8')))).toMatchObject({ code: 0 });
    expect(chain.balance(chain.bob, 'utenor')).toBe(8n);
    expect(codeOf(chain.run(send(chain.bob.address, coins('9'.repeat(20)))))).toBe('sdk/5');
    expect(chain.balance(chain.bob)).toBe(9n);
  });

  test('in a transaction whose later message fails is undone with it', () => {
    const tx = chain.sign(chain.alice, [
      sendMsg(chain.alice, chain.bob, 5n),
      sendMsg(chain.alice, chain.bob, 10n ** 20n),
    ]);
    const result = chain.run(tx);
    expect(codeOf(result)).toBe('sdk/5');
    expect(chain.sequence(chain.bob)).toBeUndefined();
    expect(result.data).toHaveLength(0);
    // The fee was paid: its events stay, those of the messages go.
    expect(result.events.map((e) => e.type)).not.toContain('message');
    expect(result.events.filter((e) => e.type === 'transfer')).toHaveLength(1);
  });

  test('to oneself, of everything, changes nothing but the fee', () => {
    const all = chain.balance(chain.alice) - 1_000n;
    expect(chain.run(send(chain.alice.address, [['uusd', `${all}`]]))).toMatchObject({ code: 0 });
    expect(chain.balance(chain.alice)).toBe(all);
  });

  test('of the last unit leaves no empty balance behind', () => {
    const all = chain.balance(chain.alice, 'utenor');
    chain.run(send(chain.bob.address, [['utenor', `${all}`]]));
    const answer = bankModule.queries['/cosmos.bank.v1beta1.Query/AllBalances']!;
    const request = { address: chain.alice.address, resolveDenom: false };
    const bytes = answer(chain.view, QueryAllBalancesRequest.encode(request));
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('utenor');
  });

  const bob = () => chain.bob.address;
  test.each<[string, () => string, readonly (readonly [string, string])[], string]>([
    ['of nothing', bob, [], 'sdk/10'],
    ['of zero', bob, [['uusd', '0']], 'sdk/10'],
    ['of a negative amount', bob, [['uusd', '-1']], 'sdk/10'],
    ['with a leading zero', bob, [['uusd', '01']], 'sdk/10'],
    ['of an amount of 40 digits', bob, [['uusd', '1'.repeat(40)]], 'sdk/10'],
    ['of digits of another script', bob, [['uusd', '１']], 'sdk/10'],
    [
      'of a coin twice',
      bob,
      [
        ['uusd', '1'],
        ['uusd', '1'],
      ],
      'sdk/10',
    ],
    [
      'of coins out of order',
      bob,
      [
        ['uusd', '1'],
        ['utenor', '1'],
      ],
      'sdk/10',
    ],
    ['of a coin that does not exist', bob, [['unobtainium', '1']], 'sdk/10'],
    ['to no address', () => '', [['uusd', '1']], 'sdk/7'],
    ['to an address in capitals', () => bob().toUpperCase(), [['uusd', '1']], 'sdk/7'],
    ['to an address of another chain', () => 'cosmos1qqqsyqcyq5rqwzqf', [['uusd', '1']], 'sdk/7'],
    ['to an address with one letter changed', flip, [['uusd', '1']], 'sdk/7'],
    ['to the fee collector', () => FEE_COLLECTOR, [['uusd', '1']], 'sdk/4'],
    ['to a module', () => moduleAddress('accounts'), [['uusd', '1']], 'sdk/4'],
  ])('%s is refused', (_, to, coins, code) => {
    expect(codeOf(chain.run(send(to(), coins)))).toBe(code);
    expect(chain.sequence(chain.bob)).toBeUndefined();
  });

  test('emits the events of the Cosmos SDK, those of the message with its index', () => {
    const { events } = chain.run(chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob)]));
    const shape = events.map(({ type, attributes }) => [type, ...attributes.map((a) => a.key)]);
    expect(shape).toEqual([
      ['coin_spent', 'spender', 'amount'],
      ['coin_received', 'receiver', 'amount'],
      ['transfer', 'recipient', 'sender', 'amount'],
      ['tx', 'fee', 'fee_payer'],
      ['tx', 'acc_seq'],
      ['tx', 'signature'],
      ['message', 'action', 'sender', 'module', 'msg_index'],
      ['coin_spent', 'spender', 'amount', 'msg_index'],
      ['coin_received', 'receiver', 'amount', 'msg_index'],
      ['transfer', 'recipient', 'sender', 'amount', 'msg_index'],
    ]);
    const message = Object.fromEntries(events[6]!.attributes.map((a) => [a.key, a.value]));
    expect(message).toEqual({
      action: '/cosmos.bank.v1beta1.MsgSend',
      sender: chain.alice.address,
      module: 'bank',
      msg_index: '0',
    });
    expect(events[4]!.attributes[0]!.value).toBe(`${chain.alice.address}/0`);
  });
});

test('the supply stays the sum of the balances', () => {
  for (const units of [1n, 500n, 10n ** 30n]) {
    chain.run(chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob, units)]));
    for (const holds of Object.values(bankModule.invariants)) expect(holds(chain.view)).toBeNull();
  }
});

function flip(): string {
  const { address } = chain.bob;
  return address.slice(0, -1) + (address.endsWith('q') ? 'p' : 'q');
}
