import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Settings } from '../config/settings.ts';
import { exitCodes } from '../errors.ts';
import { Terminal } from '../terminal.ts';
import { sealKey } from './fileKeyring.ts';
import { Keys } from './keys.ts';
import { choosePassphrase } from './passphrase.ts';
import { publicKeyOf, secretOfHex, secretOfMnemonic } from './secret.ts';

const COST = 1 << 4;
const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const { address } = await publicKeyOf(await secretOfMnemonic(mnemonic));
const account = (name: string) => ({ name, address, mnemonic });

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const settings = (changes: Partial<Settings> = {}): Settings => ({
  node: 'http://127.0.0.1:1',
  chainId: undefined,
  from: 'alice',
  as: undefined,
  keyring: dir,
  subaccount: 0,
  json: false,
  yes: false,
  passphraseStdin: false,
  passphraseFile: undefined,
  trustDir: '/nowhere',
  history: 'http://127.0.0.1:1',
  historyDir: '/nowhere',
  databaseUrl: undefined,
  testnet: null,
  ...changes,
});
const testnet = {
  dir: '/nowhere',
  chainId: 'tenor-local-1',
  ready: true,
  nodes: [],
  accounts: [account('alice'), account('bob')],
};

/** A terminal with this piped in. */
function piped(text: string): Terminal {
  const stdin = new PassThrough();
  stdin.end(text);
  return new Terminal(stdin as unknown as NodeJS.ReadStream, new PassThrough());
}

describe('who signs', () => {
  it('can be an account of the test network, without a passphrase', async () => {
    const keys = new Keys(settings({ testnet }), piped(''));
    expect(await keys.signer()).toMatchObject({ name: 'alice', address, kind: 'test' });
    expect(keys.list().map(({ name, kind }) => [name, kind])).toEqual([
      ['alice', 'test'],
      ['bob', 'test'],
    ]);
  });

  it('is one’s own key before a test account of the same name', async () => {
    const secret = secretOfHex('11'.repeat(32));
    const passphraseFile = join(dir, 'passphrase');
    writeFileSync(passphraseFile, 'correct horse\n');
    const keys = new Keys(settings({ testnet, passphraseFile }), piped(''));
    keys.files.add('alice', await sealKey(secret, 'correct horse', COST));
    const signer = await keys.signer();
    expect(signer.kind).toBe('encrypted');
    expect(signer.privateKey).toEqual(secret.privateKey);
  });

  it('is asked for when nobody was named, with the names there are', () => {
    const keys = new Keys(settings({ testnet, from: undefined }), piped(''));
    expect(() => keys.from()).toThrow('--from NAME');
    expect(() => new Keys(settings(), piped('')).find('alice')).toThrow('no key "alice"');
  });

  it('can be named by address where nothing is signed', () => {
    const keys = new Keys(settings({ testnet }), piped(''));
    expect(keys.addressOf('bob')).toBe(address);
    expect(keys.addressOf(address)).toBe(address);
    expect(() => keys.addressOf(`${address}x`)).toThrow('not an address');
  });
});

describe('a passphrase', () => {
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => exitCodes.ok,
      (error: unknown) => (error as { exitCode: number }).exitCode,
    );

  it('comes from the first line of stdin, the rest is left for others', async () => {
    const terminal = piped('correct horse\nsecond line\n');
    const from = settings({ passphraseStdin: true });
    expect(await choosePassphrase(from, terminal)).toBe('correct horse');
    expect(await terminal.nextLine()).toBe('second line');
    expect(await terminal.nextLine()).toBeNull();
  });

  it('is never guessed: without a terminal or a source it is an error of its kind', async () => {
    expect(await codeOf(choosePassphrase(settings(), piped('correct horse')))).toBe(exitCodes.key);
    const stdin = settings({ passphraseStdin: true });
    expect(await codeOf(choosePassphrase(stdin, piped('')))).toBe(exitCodes.key);
    expect(await codeOf(choosePassphrase(stdin, piped('short\n')))).toBe(exitCodes.key);
    const missing = settings({ passphraseFile: join(dir, 'missing') });
    expect(await codeOf(choosePassphrase(missing, piped('')))).toBe(exitCodes.key);
  });
});
