import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import { FileKeyring, openKey, sealKey } from './fileKeyring.ts';
import { makeMnemonic, publicKeyOf, secretOfHex, secretOfMnemonic } from './secret.ts';

/** Cheap stretching: what is tested is not how slow it is. */
const COST = 1 << 4;
const PHRASE =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const secret = await secretOfMnemonic(PHRASE);

let keyring: FileKeyring;
beforeEach(() => {
  keyring = new FileKeyring(join(mkdtempSync(join(tmpdir(), 'tenor-keys-')), 'keyring'));
});
afterEach(() => rmSync(join(keyring.dir, '..'), { recursive: true, force: true }));

async function exitCodeOf(action: () => unknown): Promise<number | null> {
  try {
    await action();
    return null;
  } catch (error) {
    return error instanceof CliError ? error.exitCode : -1;
  }
}

describe('keys', () => {
  it('are derived as other Cosmos wallets do', async () => {
    // BIP-39's first test phrase at m/44'/118'/0'/0/0: the key of cosmos1…, with our prefix.
    expect(Buffer.from(secret.privateKey).toString('hex')).toBe(
      'c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104',
    );
    const { address } = await publicKeyOf(secret);
    expect(address).toMatch(/^tenor1[a-z0-9]{38}$/);
    const again = await secretOfMnemonic(`  ${PHRASE.toUpperCase().replaceAll(' ', '\n ')} `);
    expect(again.privateKey).toEqual(secret.privateKey);
  });

  it('come from phrases and numbers that are what they must be', async () => {
    expect((await makeMnemonic(12)).split(' ')).toHaveLength(12);
    expect((await makeMnemonic(24)).split(' ')).toHaveLength(24);
    const wrongCheck = PHRASE.replace(/about$/, 'abandon');
    expect(await exitCodeOf(() => secretOfMnemonic(wrongCheck))).toBe(exitCodes.key);
    expect(await exitCodeOf(() => secretOfHex('12'))).toBe(exitCodes.usage);
    const zero = secretOfHex('0'.repeat(64));
    expect(await exitCodeOf(() => publicKeyOf(zero))).toBe(exitCodes.key);
  });
});

describe('the encrypted keyring', () => {
  it('keeps a key that only its passphrase opens', async () => {
    keyring.add('alice', await sealKey(secret, 'correct horse', COST));
    expect(keyring.open('alice', 'correct horse')).toEqual(secret);
    expect(await exitCodeOf(() => keyring.open('alice', 'correct hors'))).toBe(exitCodes.key);
    expect(await exitCodeOf(() => keyring.open('bob', 'correct horse'))).toBe(exitCodes.key);
  });

  it('writes files that others cannot read, with no secret in them', async () => {
    keyring.add('alice', await sealKey(secret, 'correct horse', COST));
    expect(readdirSync(keyring.dir)).toEqual(['alice.json']);
    expect(statSync(join(keyring.dir, 'alice.json')).mode & 0o777).toBe(0o600);
    expect(statSync(keyring.dir).mode & 0o777).toBe(0o700);
    const text = readFileSync(join(keyring.dir, 'alice.json'), 'utf8');
    expect(text).not.toContain('abandon');
    expect(text).not.toContain(Buffer.from(secret.privateKey).toString('hex'));
  });

  it('stretches passphrases hard unless a test asks for less', async () => {
    const { sealed } = JSON.parse(await sealKey(secret, 'correct horse')) as {
      sealed: { cost: number };
    };
    expect(sealed.cost).toBe(131_072);
  });

  it('lists, renames and deletes, and never replaces a key', async () => {
    const other = await sealKey(secretOfHex('11'.repeat(32)), 'pass word', COST);
    keyring.add('bob', other);
    keyring.add('alice', await sealKey(secret, 'correct horse', COST));
    expect(keyring.list().map(({ name }) => name)).toEqual(['alice', 'bob']);
    expect(await exitCodeOf(() => keyring.add('bob', other))).toBe(exitCodes.key);
    expect(await exitCodeOf(() => keyring.rename('alice', 'bob'))).toBe(exitCodes.key);
    keyring.rename('alice', 'carol');
    keyring.remove('bob');
    expect(keyring.list().map(({ name }) => name)).toEqual(['carol']);
    expect(keyring.open('carol', 'correct horse')).toEqual(secret);
    expect(readdirSync(keyring.dir)).toEqual(['carol.json']);
  });

  it.each(['../alice', 'Alice', '', '.hidden', 'a/b', 'tenor1abc', 'x'.repeat(41)])(
    'takes no key named %p',
    async (name) => {
      const text = await sealKey(secret, 'correct horse', COST);
      expect(await exitCodeOf(() => keyring.add(name, text))).toBe(exitCodes.usage);
      expect(keyring.get(name)).toBeNull();
    },
  );

  it('notices a file that was changed', async () => {
    const text = await sealKey(secret, 'correct horse', COST);
    const swapped = JSON.parse(text) as Record<string, unknown>;
    const other = await publicKeyOf(secretOfHex('11'.repeat(32)));
    swapped['pubkey'] = Buffer.from(other.pubkey).toString('hex');
    const open = (t: string) => () => openKey(t, 'it', 'correct horse');
    expect(await exitCodeOf(open(JSON.stringify(swapped)))).toBe(exitCodes.key);
    expect(await exitCodeOf(open(text.replace('"cost": 16', '"cost": 32')))).toBe(exitCodes.key);
    expect(await exitCodeOf(open(text.replace('"cost": 16', '"cost": 17')))).toBe(exitCodes.key);
    expect(await exitCodeOf(open(text.slice(0, 200)))).toBe(exitCodes.key);
    expect(open(text)()).toEqual(secret);
    keyring.add('alice', text);
    writeFileSync(join(keyring.dir, 'alice.json'), '{}');
    expect(await exitCodeOf(() => keyring.list())).toBe(exitCodes.key);
  });
});
