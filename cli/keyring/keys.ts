import { decodeAddress } from '../../app/lib/address.ts';
import type { Settings } from '../config/settings.ts';
import { keyError, usageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { FileKeyring } from './fileKeyring.ts';
import { askPassphrase } from './passphrase.ts';
import { publicKeyOf, secretOfMnemonic, type PublicKey, type Secret } from './secret.ts';

export interface KnownKey {
  readonly name: string;
  readonly address: string;
  /** Of the encrypted keyring, or of the local test network with its keys in the open. */
  readonly kind: 'encrypted' | 'test';
}

/** A key unlocked for one command. */
export interface Signer extends PublicKey {
  readonly name: string;
  readonly kind: KnownKey['kind'];
  readonly privateKey: Uint8Array;
  /** Whose messages it signs: its own, or with --as those of the account that granted it. */
  readonly address: string;
}

/** The encrypted keyring, and behind it the accounts of the local test network. */
export class Keys {
  readonly #settings: Settings;
  readonly #terminal: Terminal;
  readonly files: FileKeyring;

  constructor(settings: Settings, terminal: Terminal) {
    this.#settings = settings;
    this.#terminal = terminal;
    this.files = new FileKeyring(settings.keyring);
  }

  list(): KnownKey[] {
    const own = this.files.list().map(({ name, address }) => ({ name, address }));
    const names = new Set(own.map(({ name }) => name));
    const test = this.#testAccounts().filter(({ name }) => !names.has(name));
    return [
      ...own.map((key) => ({ ...key, kind: 'encrypted' as const })),
      ...test.map(({ name, address }) => ({ name, address, kind: 'test' as const })),
    ];
  }

  /** Throws a key error when there is none of this name. */
  find(name: string): KnownKey {
    // With a session key the account itself need not be here: its address is enough.
    const isOwner = this.#settings.as !== undefined && name === this.#settings.from;
    if (isOwner && decodeAddress(name) !== null) return { name, address: name, kind: 'encrypted' };
    const own = this.files.get(name);
    if (own !== null) return { name, address: own.address, kind: 'encrypted' };
    const test = this.#testAccounts().find((account) => account.name === name);
    if (test !== undefined) return { name, address: test.address, kind: 'test' };
    throw keyError(`There is no key "${name}".`, this.#whichKeys());
  }

  /** The address that a name or an address means. */
  addressOf(nameOrAddress: string): string {
    if (!nameOrAddress.startsWith('tenor1')) return this.find(nameOrAddress).address;
    if (decodeAddress(nameOrAddress) !== null) return nameOrAddress;
    throw usageError(`${nameOrAddress} is not an address.`, 'Look for a typing error.');
  }

  /** Who signs: unlocks the key of --from, or of --as for it. */
  async signer(): Promise<Signer> {
    const { address } = this.find(this.from());
    const { name, kind } = this.find(this.#settings.as ?? this.from());
    const secret = await this.secretOf(name);
    return { name, kind, privateKey: secret.privateKey, ...(await publicKeyOf(secret)), address };
  }

  /** The name that --from gives. */
  from(): string {
    const { from } = this.#settings;
    if (from !== undefined) return from;
    throw usageError('Say whose account this is for: --from NAME.', this.#whichKeys());
  }

  /** A key's secret, after its passphrase. */
  async secretOf(name: string): Promise<Secret> {
    if (this.find(name).kind === 'encrypted') {
      const question = `Passphrase of "${name}": `;
      return this.files.open(name, await askPassphrase(this.#settings, this.#terminal, question));
    }
    return secretOfMnemonic(this.#testAccounts().find((a) => a.name === name)!.mnemonic);
  }

  #testAccounts() {
    return this.#settings.testnet?.accounts ?? [];
  }

  #whichKeys(): string {
    const names = this.list().map(({ name }) => name);
    if (names.length > 0) return `There are: ${names.join(', ')}.`;
    return 'Make one: tenor keys add NAME. A local network (npm run testnet) brings its own.';
  }
}
