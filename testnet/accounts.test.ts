import { describe, expect, it } from '@jest/globals';
import { DirectSecp256k1HdWallet, DirectSecp256k1Wallet } from '@cosmjs/proto-signing';
import { genesisAccount, makeAccounts, parseGenesisAccounts, privateKeyOf } from './accounts.ts';

const address = 'tenor19crd43h2dw0mem4l8f546ep8m97lv7vt9f4hmu';
const account = { address, coins: [{ denom: 'uusd', amount: '5' }] };

describe('accounts of a test network', () => {
  it('are traders, makers, authority and operators, with keys that open them', async () => {
    const accounts = makeAccounts(1);
    const names = [
      ...['alice', 'bob', 'carol', 'faucet', 'bidder', 'mm', 'mm2'],
      ...['authority', 'validator0'],
    ];
    expect(accounts.map(({ name }) => name)).toEqual(names);
    expect(new Set(accounts.map((a) => a.address)).size).toBe(names.length);
    const { mnemonic, address: of } = accounts[0]!;
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: 'tenor' });
    expect((await wallet.getAccounts())[0]!.address).toBe(of);
    const own = await DirectSecp256k1Wallet.fromKey(privateKeyOf(mnemonic), 'tenor');
    expect((await own.getAccounts())[0]!.address).toBe(of);
  });

  it('hold a million dollars each, in base units, if they trade', () => {
    const of = (name: string) => genesisAccount({ name, address, mnemonic: '' }).coins;
    expect(of('alice')).toContainEqual({ denom: 'uusd', amount: '1000000000000' });
    expect(of('faucet')).toContainEqual({ denom: 'uusd', amount: '1000000000000' });
    expect(of('mm')).toContainEqual({ denom: 'uusd', amount: '1000000000000' });
    expect(of('authority').map(({ denom }) => denom)).toEqual(['utenor']);
  });
});

describe('--genesis-accounts', () => {
  const parse = (value: unknown) => parseGenesisAccounts(JSON.stringify(value));

  it('takes a list of addresses with coins', () => {
    expect(parse([account])).toEqual([account]);
    expect(parse([])).toEqual([]);
  });

  it.each([
    [{}, /a JSON list is expected/],
    [[account, account], /there twice/],
    [[{ ...account, address: 'cosmos1qqqq' }], /\[0\]\.address/],
    [[{ ...account, address: address.replace('19', '29') }], /\[0\]\.address/],
    [[{ ...account, coins: [{ denom: 'uusd', amount: 5 }] }], /coins\[0\]\.amount/],
    [[{ ...account, coins: [{ denom: 'uusd', amount: '-5' }] }], /coins\[0\]\.amount/],
    [[{ ...account, coins: [{ denom: '', amount: '5' }] }], /coins\[0\]\.denom/],
    [[{ ...account, coins: [...account.coins, ...account.coins] }], /uusd is there twice/],
    [[{ address }], /\[0\]\.coins/],
    [[null], /\[0\]\.address/],
  ])('refuses %j and says where it is wrong', (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it('refuses what is not JSON', () => {
    expect(() => parseGenesisAccounts('{')).toThrow(/not JSON/);
  });
});
