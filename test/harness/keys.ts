import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import secp256k1 from 'secp256k1/bindings.js';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, SignDoc, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Fee } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Codec } from '../../proto/codec.ts';
import { addressOfKey, encodeAddress } from '../../app/lib/address.ts';

export const seedOf = (name: string) => createHash('sha256').update(name).digest();

/** A validator's Ed25519 key, made from its name. */
export class ValidatorKey {
  readonly pubkey: Uint8Array;
  readonly #key: KeyObject;

  constructor(name: string) {
    const pkcs8 = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      seedOf(name),
    ]);
    this.#key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.pubkey = Uint8Array.from(spki.subarray(-32));
  }

  sign(message: Uint8Array): Uint8Array {
    return Uint8Array.from(sign(null, message, this.#key));
  }
}

export interface TxOptions {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly gasLimit?: bigint;
  readonly fee?: readonly { readonly denom: string; readonly amount: string }[];
  readonly feeFields?: Partial<Pick<Fee, 'payer' | 'granter'>>;
  readonly memo?: string;
  readonly timeoutHeight?: bigint;
  readonly unorderedUntilMs?: number;
  /** Leaves the public key out, as an account's later transactions may. */
  readonly keyless?: boolean;
}

export interface AnyMsg {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** A message as a transaction carries it. */
export function anyOf<T>(codec: Codec<T>, message: T): AnyMsg {
  return { typeUrl: codec.typeUrl, value: codec.encode(message) };
}

/** A user's secp256k1 key, made from its name unless its secret is given. */
export class UserKey {
  readonly name: string;
  readonly pubkey: Uint8Array;
  readonly address: string;
  readonly #secret: Uint8Array;

  constructor(name: string, secret: Uint8Array = seedOf(`user ${name}`)) {
    this.name = name;
    this.#secret = secret;
    this.pubkey = Uint8Array.from(secp256k1.publicKeyCreate(this.#secret, true));
    this.address = encodeAddress(addressOfKey(this.pubkey));
  }

  /** 64 bytes r‖s with low s. */
  signHash(hash: Uint8Array): Uint8Array {
    return secp256k1.ecdsaSign(hash, this.#secret).signature;
  }

  /** The bytes of a signed TxRaw. */
  signTx(msgs: readonly AnyMsg[], options: TxOptions): Uint8Array {
    const unorderedUntilMs = options.unorderedUntilMs;
    const bodyBytes = TxBody.encode({
      messages: [...msgs],
      memo: options.memo ?? '',
      timeoutHeight: options.timeoutHeight ?? 0n,
      unordered: unorderedUntilMs !== undefined,
      timeoutTimestamp:
        unorderedUntilMs === undefined
          ? undefined
          : {
              seconds: BigInt(Math.floor(unorderedUntilMs / 1000)),
              nanos: (unorderedUntilMs % 1000) * 1_000_000,
            },
    });
    const authInfoBytes = AuthInfo.encode({
      signerInfos: [
        {
          publicKey: options.keyless === true ? undefined : anyOf(PubKey, { key: this.pubkey }),
          modeInfo: { single: { mode: SignMode.SIGN_MODE_DIRECT } },
          sequence: options.sequence,
        },
      ],
      fee: {
        amount: [...(options.fee ?? [])],
        gasLimit: options.gasLimit ?? 0n,
        payer: '',
        granter: '',
        ...options.feeFields,
      },
    });
    const { chainId, accountNumber } = options;
    const doc = SignDoc.encode({ bodyBytes, authInfoBytes, chainId, accountNumber });
    const signature = this.signHash(createHash('sha256').update(doc).digest());
    return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] });
  }
}
