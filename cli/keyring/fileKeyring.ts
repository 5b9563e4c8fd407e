import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { addressOfKey, encodeAddress } from '../../app/lib/address.ts';
import { keyError, usageError } from '../errors.ts';
import { isSealed, seal, unseal, type Sealed } from './cipher.ts';
import { publicKeyOf, type PublicKey, type Secret } from './secret.ts';

/** A key's file: who it is in the open, what it hides under a passphrase of its own. */
interface KeyFile extends PublicKey {
  readonly sealed: Sealed;
}

export interface KeyInfo extends PublicKey {
  readonly name: string;
}

const VERSION = 1;
const NAME = /^[a-z0-9][a-z0-9_.-]{0,39}$/;

/** Throws a usage error unless a key can have this name. */
export function checkName(name: string): void {
  if (NAME.test(name) && !name.startsWith('tenor1')) return;
  throw usageError(
    `"${name}" cannot be the name of a key.`,
    'Use up to 40 lower-case letters, digits, dots, dashes and underscores.',
  );
}

const boundText = (pubkey: Uint8Array): string =>
  `tenor key ${VERSION} ${Buffer.from(pubkey).toString('hex')}`;

/** Encrypts a key as the text of its file. `cost` is scrypt's, for tests. */
export async function sealKey(secret: Secret, passphrase: string, cost?: number): Promise<string> {
  const { address, pubkey } = await publicKeyOf(secret);
  const hidden = {
    mnemonic: secret.mnemonic,
    privateKey: Buffer.from(secret.privateKey).toString('hex'),
  };
  const bytes = Buffer.from(JSON.stringify(hidden));
  const sealed = seal(bytes, passphrase, boundText(pubkey), cost);
  const file = { version: VERSION, address, pubkey: Buffer.from(pubkey).toString('hex'), sealed };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Decrypts the text of a key file. Throws a key error when the passphrase is wrong. */
export function openKey(text: string, at: string, passphrase: string): Secret {
  const { pubkey, sealed } = parseKey(text, at);
  const bytes = unseal(sealed, passphrase, boundText(pubkey));
  if (bytes === null) {
    throw keyError(`The passphrase of ${at} is not right.`, 'Try again, or import the key anew.');
  }
  const hidden = JSON.parse(Buffer.from(bytes).toString()) as {
    mnemonic: string | null;
    privateKey: string;
  };
  const privateKey = Uint8Array.from(Buffer.from(hidden.privateKey, 'hex'));
  return { mnemonic: hidden.mnemonic, privateKey };
}

function parseKey(text: string, at: string): KeyFile {
  let given: Record<string, unknown> = {};
  try {
    given = (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    // Falls through to the error below, like any other wrong file.
  }
  const { version, sealed } = given;
  const pubkey = Uint8Array.from(Buffer.from(String(given['pubkey']), 'hex'));
  if (version !== VERSION || pubkey.length !== 33 || !isSealed(sealed)) {
    throw keyError(`${at} is damaged or no key file.`, 'Restore it, or import the key anew.');
  }
  // The address in the file is for people; the key says which it is.
  return { address: encodeAddress(addressOfKey(pubkey)), pubkey, sealed };
}

/** A folder with a file (0600) for each key, encrypted under a passphrase of its own. */
export class FileKeyring {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  #path(name: string): string {
    return join(this.dir, `${name}.json`);
  }

  list(): KeyInfo[] {
    if (!existsSync(this.dir)) return [];
    const files = readdirSync(this.dir).filter((file) => file.endsWith('.json'));
    const names = files.map((file) => file.slice(0, -'.json'.length)).filter((n) => NAME.test(n));
    return names.sort().map((name) => this.must(name));
  }

  get(name: string): KeyInfo | null {
    if (!NAME.test(name) || !existsSync(this.#path(name))) return null;
    return this.must(name);
  }

  /** Throws a key error when there is none of this name. */
  must(name: string): KeyInfo {
    const { address, pubkey } = parseKey(this.text(name), this.#path(name));
    return { name, address, pubkey };
  }

  /** A key's file as it is, encrypted. */
  text(name: string): string {
    checkName(name);
    if (!existsSync(this.#path(name))) {
      throw keyError(`There is no key "${name}" in ${this.dir}.`, 'See: tenor keys list');
    }
    return readFileSync(this.#path(name), 'utf8');
  }

  open(name: string, passphrase: string): Secret {
    return openKey(this.text(name), `the key "${name}"`, passphrase);
  }

  /** Adds the text of a key file under a name, which must be free. */
  add(name: string, text: string): KeyInfo {
    checkName(name);
    parseKey(text, 'The file');
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const temporary = join(this.dir, `.${name}.${process.pid}`);
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    chmodSync(temporary, 0o600);
    try {
      // Unlike a rename, a link never replaces a key that is there.
      linkSync(temporary, this.#path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw this.#taken(name);
    } finally {
      rmSync(temporary);
    }
    return this.must(name);
  }

  remove(name: string): void {
    this.must(name);
    rmSync(this.#path(name));
  }

  rename(from: string, to: string): void {
    checkName(to);
    this.must(from);
    if (existsSync(this.#path(to))) throw this.#taken(to);
    renameSync(this.#path(from), this.#path(to));
  }

  #taken(name: string): Error {
    return keyError(
      `There is a key "${name}" already.`,
      `Choose another name, or first: tenor keys delete ${name}`,
    );
  }
}
