import { makeSignBytes } from '@cosmjs/proto-signing';
import type { OfflineDirectSigner } from '@cosmjs/proto-signing';
import { fromBase64, toBech32 } from '@cosmjs/encoding';
import { rawSecp256k1PubkeyToRawAddress } from '@cosmjs/amino';
import { Secp256k1, sha256 } from '@cosmjs/crypto';
import { SignDoc } from '../proto/gen/cosmos.tx.v1beta1.ts';

const PREFIX = 'tenor';

/** Whoever signs: a key in memory, or a wallet. */
export interface TxSigner {
  readonly address: string;
  /** Whose orders it sends with a session key; its own if absent. */
  readonly owner?: string;
  /** Compressed, 33 bytes. */
  readonly pubkey: Uint8Array;
  /** 64 bytes over a document (SIGN_MODE_DIRECT). */
  sign(doc: SignDoc): Promise<Uint8Array>;
}

/** A private key of 32 bytes as a signer. */
export function keySigner(privateKey: Uint8Array): TxSigner {
  const pubkey = Secp256k1.compressPubkey(Secp256k1.makeKeypair(privateKey).pubkey);
  return {
    address: toBech32(PREFIX, rawSecp256k1PubkeyToRawAddress(pubkey)),
    pubkey,
    sign(doc) {
      const signature = Secp256k1.createSignature(sha256(SignDoc.encode(doc)), privateKey);
      return Promise.resolve(Uint8Array.from([...signature.r(32), ...signature.s(32)]));
    },
  };
}

/** The first account of a cosmjs wallet, of Keplr's `getOfflineSigner` for example. */
export async function walletSigner(wallet: OfflineDirectSigner): Promise<TxSigner> {
  const [account] = await wallet.getAccounts();
  if (account === undefined) throw new Error('the wallet has no account');
  const { address, pubkey } = account;
  return {
    address,
    pubkey,
    async sign(doc) {
      const { signature, signed } = await wallet.signDirect(address, doc);
      // A wallet may change what it signs: then the signature is not for what is sent.
      if (makeSignBytes(signed).join() !== makeSignBytes(doc).join()) {
        throw new Error('the wallet changed the transaction');
      }
      return fromBase64(signature.signature);
    },
  };
}
