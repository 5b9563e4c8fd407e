import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMultisigThresholdPubkey, makeSignDoc, pubkeyToAddress } from '@cosmjs/amino';
import { MultiSignature } from '../../proto/gen/cosmos.crypto.multisig.v1beta1.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos.crypto.multisig.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { ModeInfo } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Any } from '../../proto/gen/google.protobuf.ts';
import { aminoSignature } from '../../test/harness/aminoSignature.ts';
import { Execution, sendMsg } from '../../test/harness/execution.ts';
import { anyOf, UserKey } from '../../test/harness/keys.ts';

const AMINO = { single: { mode: SignMode.SIGN_MODE_LEGACY_AMINO_JSON } };
const keys = ['ann', 'ben', 'cid'].map((name) => new UserKey(name));
const single = ({ pubkey }: UserKey) => anyOf(PubKey, { key: pubkey });
const keyOf = (members: readonly UserKey[], threshold: number): Any =>
  anyOf(LegacyAminoPubKey, { threshold, publicKeys: members.map(single) });

/** The address that cosmjs gives to a multisig: an implementation of its own. */
const ADDRESS = pubkeyToAddress(
  createMultisigThresholdPubkey(
    keys.map(({ pubkey }) => ({
      type: 'tendermint/PubKeySecp256k1',
      value: Buffer.from(pubkey).toString('base64'),
    })),
    2,
    true,
  ),
  'tenor',
);

let chain: Execution;
beforeEach(begin);

function begin(): void {
  chain = new Execution();
  const funded = chain.sign(chain.alice, [sendMsg(chain.alice, { address: ADDRESS }, 1_000_000n)]);
  expect(chain.run(funded)).toMatchObject({ code: 0 });
}

interface Given {
  readonly publicKey?: Any | undefined;
  readonly modeInfo?: ModeInfo;
  readonly signers?: readonly UserKey[];
  readonly signature?: Uint8Array;
}

const modesOf = (bits: number, count: number): ModeInfo => ({
  multi: {
    bitarray: { extraBitsStored: 3, elems: Uint8Array.of(bits) },
    modeInfos: Array.from({ length: count }, () => AMINO),
  },
});

/** A transfer by the multisig, signed by its first and last member unless told otherwise. */
function multisigTx(given: Given = {}): Uint8Array {
  const { signers = [keys[0]!, keys[2]!], modeInfo = modesOf(0b1010_0000, 2) } = given;
  const account = chain.account(ADDRESS)!;
  const message = sendMsg({ address: ADDRESS }, chain.bob);
  const amount = [{ denom: 'uusd', amount: '1000' }];
  const doc = makeSignDoc(
    [{ type: 'cosmos-sdk/MsgSend', value: sendValue() }],
    { amount, gas: '200000' },
    chain.header.chainId,
    'for <Bob> & others',
    account.accountNumber.toString(),
    account.sequence.toString(),
  );
  const bodyBytes = TxBody.encode({
    ...{ messages: [message], memo: 'for <Bob> & others', timeoutHeight: 0n, unordered: false },
  });
  const publicKey = 'publicKey' in given ? given.publicKey : keyOf(keys, 2);
  const authInfoBytes = AuthInfo.encode({
    signerInfos: [{ publicKey, modeInfo, sequence: account.sequence }],
    fee: { amount, gasLimit: 200_000n, payer: '', granter: '' },
  });
  const signatures = signers.map((key) => aminoSignature(key, doc));
  const signature = given.signature ?? MultiSignature.encode({ signatures });
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] });
}

const sendValue = () => ({
  from_address: ADDRESS,
  to_address: chain.bob.address,
  amount: [{ denom: 'uusd', amount: '5' }],
});

describe('a multisig', () => {
  test('of two out of three signs with any two, and its key is learned', () => {
    expect(chain.run(multisigTx())).toMatchObject({ code: 0 });
    const others = { signers: [keys[1]!, keys[2]!], modeInfo: modesOf(0b0110_0000, 2) };
    expect(chain.run(multisigTx({ ...others, publicKey: undefined }))).toMatchObject({ code: 0 });
    const all = { signers: keys, modeInfo: modesOf(0b1110_0000, 3) };
    expect(chain.run(multisigTx(all))).toMatchObject({ code: 0 });
    expect(chain.account(ADDRESS)?.sequence).toBe(3n);
  });

  test.each<[string, Given]>([
    ['one signature too few', { signers: [keys[0]!], modeInfo: modesOf(0b1000_0000, 1) }],
    ['the signatures in another order', { signers: [keys[2]!, keys[0]!] }],
    ['one member twice', { signers: [keys[0]!, keys[0]!] }],
    ['bits of other members', { modeInfo: modesOf(0b1100_0000, 2) }],
    ['a bit of nobody', { modeInfo: modesOf(0b1010_0001, 2) }],
    ['a mode too few', { modeInfo: modesOf(0b1010_0000, 1) }],
    ['a bit too many', { modeInfo: modesOf(0b1110_0000, 3) }],
    ['noise', { signature: Uint8Array.of(9, 9, 9) }],
    ['no signature', { signature: new Uint8Array(0) }],
    ['the mode of a single key', { modeInfo: AMINO }],
    ['no mode', { modeInfo: {} }],
  ])('%s is refused', (_, given) => expect(chain.refusal(multisigTx(given))).toBe('sdk/4'));

  test.each<[string, Any]>([
    ['its members in another order', keyOf([keys[1]!, keys[0]!, keys[2]!], 2)],
    ['another threshold', keyOf(keys, 1)],
    ['a threshold of none', keyOf(keys, 0)],
    ['a threshold beyond its members', keyOf(keys, 4)],
    ['no members', keyOf([], 1)],
    ['a multisig as a member', nested()],
    ['eight members', keyOf([...keys, ...keys, ...keys].slice(0, 8), 2)],
    ['noise', { typeUrl: LegacyAminoPubKey.typeUrl, value: Uint8Array.of(1, 2, 3) }],
  ])('a key with %s is refused', (_, publicKey) =>
    expect(chain.refusal(multisigTx({ publicKey }))).toBe('sdk/8'),
  );

  test('its gas is what a simulation says, each signature paid for', () => {
    const without = { signature: new Uint8Array(0), modeInfo: AMINO };
    const simulated = chain.run(multisigTx(without), 'simulate');
    begin();
    const { gasUsed } = chain.run(multisigTx());
    expect(simulated.code).toBe(0);
    expect(Math.abs(simulated.gasUsed - gasUsed)).toBeLessThan(0.02 * gasUsed);
    expect(gasUsed).toBeGreaterThan(8_000);
  });
});

test('a key that was learned stays: no other one of the same members takes its place', () => {
  const one = { signers: [keys[0]!], modeInfo: modesOf(0b1000_0000, 1) };
  const alone = { ...one, publicKey: keyOf(keys, 1) };
  expect(chain.refusal(multisigTx(alone))).toBe('sdk/8');
  expect(chain.run(multisigTx())).toMatchObject({ code: 0 });
  // It belongs to another address, and is not asked for it any more.
  expect(chain.refusal(multisigTx(alone))).toBe('sdk/8');
  const { publicKeys } = LegacyAminoPubKey.decode(keyOf(keys, 2).value);
  const spelled = {
    typeUrl: '/other',
    value: LegacyAminoPubKey.encode({ threshold: 2, publicKeys }),
  };
  expect(chain.refusal(multisigTx({ publicKey: spelled }))).toBe('sdk/8');
});

test('each further signature costs as much as the first, and its bytes', () => {
  const gasOf = (given: Given) => {
    begin();
    const tx = multisigTx(given);
    const { code, gasUsed } = chain.run(tx);
    expect(code).toBe(0);
    return gasUsed - 5 * TxRaw.decode(tx).authInfoBytes.length;
  };
  const two = gasOf({});
  const three = gasOf({ signers: keys, modeInfo: modesOf(0b1110_0000, 3) });
  expect(three - two).toBe(4_000 + 64 * 5);
});

function nested(): Any {
  const publicKeys = [keyOf(keys, 2), single(keys[0]!)];
  return anyOf(LegacyAminoPubKey, { threshold: 1, publicKeys });
}
