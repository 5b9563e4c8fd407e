import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeSignDoc } from '@cosmjs/amino';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Fee } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { aminoSignature } from '../../test/harness/aminoSignature.ts';
import { Execution, sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const MODES = SignMode;
const FEE: Fee = {
  amount: [{ denom: 'uusd', amount: '1000' }],
  gasLimit: 200_000n,
  payer: '',
  granter: '',
};

interface Given {
  readonly mode?: SignMode;
  readonly signature?: Uint8Array;
  readonly withKey?: boolean;
  readonly fee?: Partial<Fee>;
  readonly sequence?: bigint;
}

/** What a wallet on a hardware key sends: Alice's transfer to Bob. */
function aliceTx(given: Given = {}): Uint8Array {
  const { mode = MODES.SIGN_MODE_LEGACY_AMINO_JSON, withKey = true, sequence = 0n } = given;
  const value = {
    from_address: chain.alice.address,
    to_address: chain.bob.address,
    amount: [{ denom: 'uusd', amount: '5' }],
  };
  const stdFee = { amount: FEE.amount, gas: '200000' };
  const doc = makeSignDoc(
    [{ type: 'cosmos-sdk/MsgSend', value }],
    ...([stdFee, chain.header.chainId, '', '0', sequence.toString()] as const),
  );
  const key = { publicKey: anyOf(PubKey, { key: chain.alice.pubkey }) };
  const authInfoBytes = AuthInfo.encode({
    signerInfos: [{ ...(withKey ? key : {}), modeInfo: { single: { mode } }, sequence }],
    fee: { ...FEE, ...given.fee },
  });
  const bodyBytes = TxBody.encode({
    ...{ messages: [sendMsg(chain.alice, chain.bob)], memo: '' },
    ...{ timeoutHeight: 0n, unordered: false },
  });
  const signatures = [given.signature ?? aminoSignature(chain.alice, doc)];
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures });
}

describe('SIGN_MODE_LEGACY_AMINO_JSON', () => {
  test('what cosmjs signs for a hardware wallet is accepted once', () => {
    expect(chain.run(aliceTx())).toMatchObject({ code: 0 });
    expect(chain.refusal(aliceTx())).toBe('sdk/32');
    expect(chain.run(aliceTx({ sequence: 1n, withKey: false }))).toMatchObject({ code: 0 });
  });

  test.each<[string, Given]>([
    ['another fee than was signed', { fee: { gasLimit: 199_999n } }],
    ['the signature as one in SIGN_MODE_DIRECT', { mode: MODES.SIGN_MODE_DIRECT }],
    ['SIGN_MODE_TEXTUAL', { mode: MODES.SIGN_MODE_TEXTUAL }],
    ['a signature of zeros', { signature: new Uint8Array(64) }],
  ])('%s is refused', (_, given) => expect(chain.refusal(aliceTx(given))).toBe('sdk/4'));
});

describe('a simulation', () => {
  // Keplr sends a signature of zeros and no key, cosmjs an empty one.
  test.each([0, 64])('needs no public key, with a signature of %i bytes', (length) => {
    const signature = new Uint8Array(length);
    const keyless = chain.run(aliceTx({ signature, withKey: false }), 'simulate');
    expect(keyless.code).toBe(0);
    chain = new Execution();
    const { gasUsed } = chain.run(aliceTx());
    expect(Math.abs(keyless.gasUsed - gasUsed)).toBeLessThan(0.01 * gasUsed);
  });
});

describe('what other accounts would pay or send', () => {
  test.each<[string, Partial<Fee>]>([
    ['a fee grant', { granter: 'tenor1granter' }],
    ['another payer', { payer: 'tenor1payer' }],
  ])('%s is refused', (_, fee) => {
    const signed = chain.alice.signTx([sendMsg(chain.alice, chain.bob)], {
      ...{ chainId: chain.header.chainId, accountNumber: 0n, sequence: 0n },
      ...{ gasLimit: 200_000n, fee: FEE.amount, feeFields: fee },
    });
    expect(chain.refusal(signed)).toBe('sdk/37');
  });

  test.each(['/cosmos.authz.v1beta1.MsgExec', '/cosmos.feegrant.v1beta1.MsgGrantAllowance'])(
    '%s is refused',
    (typeUrl) => {
      const msg = { typeUrl, value: new Uint8Array(0) };
      expect(chain.refusal(chain.sign(chain.alice, [msg]))).toBe('sdk/37');
    },
  );
});
