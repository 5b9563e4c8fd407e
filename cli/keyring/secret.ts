import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { addressOfKey, encodeAddress } from '../../app/lib/address.ts';
import { keyError, usageError } from '../errors.ts';

/** What a key file hides. */
export interface Secret {
  /** Recovery phrase, when the key was made from one. */
  readonly mnemonic: string | null;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

export interface PublicKey {
  readonly address: string;
  /** Compressed, 33 bytes. */
  readonly pubkey: Uint8Array;
}

/** The path of a Cosmos wallet's first account. */
const PATH = "m/44'/118'/0'/0/0";

// Key arithmetic takes a while to load, and most commands do not sign.
const crypto = () => import('@cosmjs/crypto');

/** A fresh recovery phrase of 12 or 24 words (BIP-39). */
export async function makeMnemonic(words: 12 | 24): Promise<string> {
  const { Bip39 } = await crypto();
  return Bip39.encode(new Uint8Array(randomBytes(words === 12 ? 16 : 32))).toString();
}

const LENGTHS = [12, 15, 18, 21, 24];

/** The words in a text, however they are written down: in lines, numbered, in capitals. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .match(/\p{L}+/gu) ?? [];

/** The key that wallets derive from a phrase (BIP-39 without a passphrase, BIP-32, SLIP-44 118). */
export async function secretOfMnemonic(text: string): Promise<Secret> {
  const { EnglishMnemonic, Slip10, Slip10Curve, stringToPath } = await crypto();
  const words = wordsOf(text);
  if (!LENGTHS.includes(words.length)) {
    throw keyError(
      'This is not a recovery phrase.',
      `It has ${LENGTHS.slice(0, -1).join(', ')} or 24 words, and this has ${words.length}.`,
    );
  }
  const mnemonic = words.join(' ');
  try {
    new EnglishMnemonic(mnemonic);
  } catch {
    throw keyError(
      'This is not a recovery phrase.',
      'Its last word checks the others, and they are of the English list: look for a typing error.',
    );
  }
  const seed = pbkdf2Sync(mnemonic, 'mnemonic', 2_048, 64, 'sha512');
  const derived = Slip10.derivePath(
    Slip10Curve.Secp256k1,
    new Uint8Array(seed),
    stringToPath(PATH),
  );
  return { mnemonic, privateKey: derived.privkey };
}

/** A private key as 64 hexadecimal digits. */
export function secretOfHex(text: string): Secret {
  const hex = text.trim().replace(/^0x/, '');
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw usageError('This is not a private key.', 'It is 64 hexadecimal digits.');
  }
  return { mnemonic: null, privateKey: Uint8Array.from(Buffer.from(hex, 'hex')) };
}

export async function publicKeyOf({ privateKey }: Secret): Promise<PublicKey> {
  const { Secp256k1 } = await crypto();
  try {
    const pubkey = Secp256k1.compressPubkey(Secp256k1.makeKeypair(privateKey).pubkey);
    return { pubkey, address: encodeAddress(addressOfKey(pubkey)) };
  } catch {
    throw keyError('This number is no private key of secp256k1.');
  }
}
