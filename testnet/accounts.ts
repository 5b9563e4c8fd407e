import { Bip39, Secp256k1, Slip10, Slip10Curve, stringToPath } from '@cosmjs/crypto';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { addressOfKey, decodeAddress, encodeAddress } from '../app/lib/address.ts';
import { TestnetError } from './testnetError.ts';

/** A million dollars in base units of 10^-6 USD. */
const MILLION_USD_UUSD = '1000000000000';
const TENOR_10K_UTENOR = '10000000000';

export interface Coin {
  denom: string;
  amount: string;
}

export interface GenesisAccount {
  address: string;
  coins: Coin[];
}

/** An account of the test network, with its keys in the open: it is worth nothing elsewhere. */
export interface TestAccount {
  name: string;
  address: string;
  mnemonic: string;
}

/** May change parameters until there is governance. */
export const AUTHORITY = 'authority';
const traders = ['alice', 'bob', 'carol', 'faucet', 'bidder'];
/** Bids for accounts under liquidation, so that they find a taker on a network of nobody else. */
export const BIDDER = 'bidder';
/** The reference market makers, which `--with-makers` runs. */
export const MAKERS = ['mm', 'mm2'];
export const operatorName = (index: number): string => `validator${index}`;

/** The path of a Cosmos wallet's first account. */
const path = stringToPath("m/44'/118'/0'/0/0");
/** 24 words. */
const ENTROPY_BYTES = 32;

/**
 * The private key that a wallet derives from a mnemonic (BIP-39 without a passphrase, BIP-32). With
 * Node's own PBKDF2 it takes a few milliseconds wherever it runs.
 */
export function privateKeyOf(mnemonic: string): Uint8Array {
  const seed = pbkdf2Sync(mnemonic.normalize('NFKD'), 'mnemonic', 2_048, 64, 'sha512');
  return Slip10.derivePath(Slip10Curve.Secp256k1, new Uint8Array(seed), path).privkey;
}

/** An account as the web terminal of a local network gets it. */
export interface OpenAccount {
  name: string;
  address: string;
  /** In hex. */
  privateKey: string;
}

/** Those that people try the network with: they have dollars, and decide about nothing. */
export const openAccounts = (accounts: readonly TestAccount[]): OpenAccount[] =>
  accounts
    .filter(({ name }) => traders.includes(name) && name !== BIDDER)
    .map(({ name, address, mnemonic }) => {
      const privateKey = Buffer.from(privateKeyOf(mnemonic)).toString('hex');
      return { name, address, privateKey };
    });

function makeAccount(name: string): TestAccount {
  const mnemonic = Bip39.encode(new Uint8Array(randomBytes(ENTROPY_BYTES))).toString();
  const { pubkey } = Secp256k1.makeKeypair(privateKeyOf(mnemonic));
  const address = encodeAddress(addressOfKey(Secp256k1.compressPubkey(pubkey)));
  return { name, address, mnemonic };
}

/** Fresh keys for the traders, the makers, the authority and an operator for each validator. */
export function makeAccounts(validators: number): TestAccount[] {
  const operators = Array.from({ length: validators }, (_, index) => operatorName(index));
  return [...traders, ...MAKERS, AUTHORITY, ...operators].map(makeAccount);
}

/** What an account holds at genesis: traders and makers have dollars, everyone can pay fees. */
export function genesisAccount({ name, address }: TestAccount): GenesisAccount {
  const utenor = { denom: 'utenor', amount: TENOR_10K_UTENOR };
  const uusd = { denom: 'uusd', amount: MILLION_USD_UUSD };
  const isTrading = traders.includes(name) || MAKERS.includes(name);
  return { address, coins: isTrading ? [utenor, uusd] : [utenor] };
}

function parseCoin(value: unknown, at: string): Coin {
  const { denom, amount } = (value ?? {}) as { denom?: unknown; amount?: unknown };
  if (typeof denom !== 'string' || !/^[a-z][a-z0-9/]{2,127}$/.test(denom)) {
    throw new TestnetError(`${at}.denom: a name such as "uusd" is expected.`);
  }
  if (typeof amount !== 'string' || !/^[1-9]\d{0,38}$/.test(amount)) {
    throw new TestnetError(`${at}.amount: a positive whole number in quotes is expected.`);
  }
  return { denom, amount };
}

function parseCoins(value: unknown, at: string): Coin[] {
  if (!Array.isArray(value)) throw new TestnetError(`${at}: a list of coins is expected.`);
  const coins = value.map((coin, i) => parseCoin(coin, `${at}[${i}]`));
  const sorted = coins.toSorted((a, b) => (a.denom < b.denom ? -1 : 1));
  const twice = sorted.find((coin, i) => coin.denom === sorted[i + 1]?.denom);
  if (twice !== undefined) throw new TestnetError(`${at}: ${twice.denom} is there twice.`);
  return sorted;
}

function parseAddress(value: unknown, at: string): string {
  if (typeof value === 'string' && decodeAddress(value) !== null) return value;
  throw new TestnetError(`${at}.address: an address that begins with "tenor1" is expected.`);
}

/** Checks a JSON list of `{ address, coins: [{ denom, amount }] }`. Throws a TestnetError. */
export function parseGenesisAccounts(json: string): GenesisAccount[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new TestnetError(`Genesis accounts: not JSON (${(error as Error).message}).`);
  }
  if (!Array.isArray(value)) throw new TestnetError('Genesis accounts: a JSON list is expected.');
  const accounts = value.map((item: unknown, i) => {
    const at = `Genesis accounts [${i}]`;
    const { address, coins } = (item ?? {}) as { address?: unknown; coins?: unknown };
    return { address: parseAddress(address, at), coins: parseCoins(coins, `${at}.coins`) };
  });
  const seen = new Set<string>();
  for (const { address } of accounts) {
    if (seen.has(address)) throw new TestnetError(`Genesis accounts: ${address} is there twice.`);
    seen.add(address);
  }
  return accounts;
}

/** Reads and checks the file of `--genesis-accounts`. */
export function readGenesisAccounts(path: string): GenesisAccount[] {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TestnetError(`Genesis accounts: ${(error as Error).message}.`);
  }
  return parseGenesisAccounts(json);
}
