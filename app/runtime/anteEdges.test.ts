import { beforeEach, describe, expect, test } from '@jest/globals';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { SignerInfo } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { Execution, codeOf, sendMsg } from '../../test/harness/execution.ts';
import type { TxOptions } from '../../test/harness/keys.ts';
import { UserKey, anyOf } from '../../test/harness/keys.ts';
import { addressOfKey, encodeAddress } from '../lib/address.ts';
import { antePorts } from '../modules/index.ts';
import { anteHandle, checkTimeouts } from './ante.ts';
import type { AnteOptions } from './ante.ts';
import { Ctx } from './context.ts';
import { runtimeParams } from './coreModule.ts';
import { SignatureChecker } from './signature.ts';
import { decodeTx } from './tx.ts';

const SECOND_NS = 1_000_000_000;
let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const aliceSends = (options: Partial<TxOptions> = {}) =>
  chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob)], options);

/** What the checks before a transaction make of it, with their gas and events. */
function before(bytes: Uint8Array, mode: AnteOptions['mode'] = 'deliver') {
  const params = runtimeParams.get(chain.view);
  const tx = decodeTx(bytes, chain.router, params);
  const ctx = new Ctx(chain.state, chain.header);
  const signatures = new SignatureChecker();
  const charge = anteHandle(ctx, tx, { mode, signatures, ports: antePorts, params });
  const events = ctx.events.map(({ type, attributes }) => [
    type,
    Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
  ]);
  return { charge, gas: ctx.gas.used, events };
}

/** The same transaction with other signer infos or another body; its signature no longer fits. */
function changed(
  bytes: Uint8Array,
  { info, body }: { info?: (one: SignerInfo) => SignerInfo[]; body?: Partial<TxBody> },
): Uint8Array {
  const raw = TxRaw.decode(bytes);
  const auth = AuthInfo.decode(raw.authInfoBytes);
  const signerInfos = info === undefined ? auth.signerInfos : info(auth.signerInfos[0]!);
  return TxRaw.encode({
    ...raw,
    bodyBytes: TxBody.encode({ ...TxBody.decode(raw.bodyBytes), ...body }),
    authInfoBytes: AuthInfo.encode({ ...auth, signerInfos }),
  });
}

describe('before a transaction runs', () => {
  test('its bytes, signature and fee are paid for, whatever its signature looks like', () => {
    const tx = aliceSends();
    const { charge, gas } = before(tx);
    // Looking up the account and storing it come to 710.
    expect({ charge, gas }).toEqual({ charge: 'fee', gas: tx.length * 5 + 4_000 + 2_000 + 710 });
    const bare = TxRaw.encode({ ...TxRaw.decode(tx), signatures: [new Uint8Array(0)] });
    chain = new Execution();
    // A simulation pays for the 64 bytes of the signature that is to come.
    const simulated = before(bare, 'simulate');
    expect(simulated).toMatchObject({ charge: 'fee', gas: (bare.length + 64) * 5 + 6_710 });
    chain = new Execution();
    const keyless = aliceSends({ keyless: true });
    expect(before(keyless, 'simulate').gas).toBe((keyless.length + 72) * 5 + 6_710);
  });

  test('who pays, the sequence and the signature are told', () => {
    const tx = aliceSends();
    const { address } = chain.alice;
    const signature = Buffer.from(TxRaw.decode(tx).signatures[0]!).toString('base64');
    expect(before(tx).events.filter(([type]) => type === 'tx')).toEqual([
      ['tx', { fee: '1000uusd', fee_payer: address }],
      ['tx', { acc_seq: `${address}/0` }],
      ['tx', { signature }],
    ]);
    expect(chain.sequence(chain.alice)).toBe(1n);
    expect(before(aliceSends()).events).toContainEqual(['tx', { acc_seq: `${address}/1` }]);
  });

  test('a simulation takes no fee, tells none and needs no signature', () => {
    const had = chain.balance(chain.alice);
    const { events } = before(aliceSends({ fee: [] }), 'simulate');
    expect(events.filter(([, attributes]) => 'fee' in (attributes as object))).toEqual([]);
    expect(chain.balance(chain.alice)).toBe(had);
  });

  test('a recheck does not look at signatures again, and everything else does', () => {
    const tx = aliceSends();
    const raw = TxRaw.decode(tx);
    const forged = TxRaw.encode({ ...raw, signatures: [new Uint8Array(64).fill(1)] });
    for (const mode of ['check', 'deliver'] as const) {
      expect(codeOf(chain.run(forged, mode))).toBe('sdk/4');
    }
    expect(codeOf(chain.run(forged, 'recheck'))).not.toBe('sdk/4');
  });
});

describe('signers', () => {
  test('are as many infos as there are signers, and as many signatures', () => {
    const tx = aliceSends();
    expect(chain.refusal(changed(tx, { info: (one) => [one, one] }))).toBe('sdk/15');
    expect(chain.refusal(changed(tx, { info: () => [] }))).toBe('sdk/15');
  });

  test('keep the key that their account has', () => {
    expect(codeOf(chain.run(aliceSends()))).toBe('/0');
    const { pubKey } = chain.account(chain.alice.address)!;
    expect(codeOf(chain.run(aliceSends({ keyless: true })))).toBe('/0');
    expect(chain.account(chain.alice.address)!.pubKey).toEqual(pubKey);
    // The same bytes under another type are another key.
    const odd = changed(aliceSends(), {
      info: (one) => [{ ...one, publicKey: { ...pubKey!, typeUrl: '/cosmos.crypto.other' } }],
    });
    expect(chain.refusal(odd)).toBe('sdk/8');
    const other = anyOf(PubKey, { key: chain.bob.pubkey });
    const foreign = changed(aliceSends(), { info: (one) => [{ ...one, publicKey: other }] });
    expect(chain.refusal(foreign)).toBe('sdk/8');
  });

  test('whose key is no point of the curve have no valid signature', () => {
    const pubkey = new Uint8Array(33).fill(0xff).fill(2, 0, 1);
    const address = encodeAddress(addressOfKey(pubkey));
    const pointless = Object.assign(new UserKey('pointless'), { pubkey, address });
    expect(codeOf(chain.run(chain.sign(chain.alice, [sendMsg(chain.alice, pointless)])))).toBe(
      '/0',
    );
    const sent = chain.sign(pointless, [sendMsg(pointless, chain.bob)]);
    for (const mode of ['check', 'deliver'] as const) {
      expect(codeOf(chain.run(sent, mode))).toBe('sdk/4');
    }
  });

  test('without any mode, or with another one, are refused', () => {
    for (const modeInfo of [undefined, {}, { single: { mode: SignMode.SIGN_MODE_TEXTUAL } }]) {
      const tx = changed(aliceSends(), { info: (one) => [{ ...one, modeInfo }] });
      expect(chain.refusal(tx)).toBe('sdk/4');
    }
  });

  test('pay themselves: neither another payer nor a granter may be named', () => {
    const payers = (feeFields: NonNullable<TxOptions['feeFields']>) =>
      codeOf(chain.run(aliceSends({ feeFields })));
    expect(payers({ payer: chain.alice.address })).toBe('/0');
    expect(payers({ payer: chain.bob.address })).toBe('sdk/37');
    expect(payers({ granter: chain.bob.address })).toBe('sdk/37');
  });
});

test('a transaction without any fee has too little of it', () => {
  const raw = TxRaw.decode(aliceSends());
  const { signerInfos } = AuthInfo.decode(raw.authInfoBytes);
  const bare = TxRaw.encode({ ...raw, authInfoBytes: AuthInfo.encode({ signerInfos }) });
  expect(codeOf(chain.run(bare))).not.toBe('/0');
  expect(codeOf(chain.run(bare, 'simulate'))).toBe('/0');
});

test('where gas has no price nothing is paid, and nothing moved', () => {
  chain.params({ gasPrices: [] });
  const { events, charge } = before(aliceSends({ fee: [] }));
  expect(charge).toBe('fee');
  expect(events.map(([type]) => type)).toEqual(['tx', 'tx', 'tx']);
  expect(events[0]).toEqual(['tx', { fee: '0', fee_payer: chain.alice.address }]);
});

describe('a timeout', () => {
  const at = (seconds: bigint, nanos: number, unordered = false) => {
    const tx = changed(aliceSends({ unorderedUntilMs: chain.header.timeMs }), {
      body: { unordered, timeoutTimestamp: { seconds, nanos } },
    });
    const params = runtimeParams.get(chain.view);
    let code = 'done';
    try {
      checkTimeouts(chain.ctx, decodeTx(tx, chain.router, params), params);
    } catch (error) {
      const { codespace, code: n } = error as { codespace: string; code: number };
      code = `${codespace}/${n}`;
    }
    return code;
  };

  test('holds to its very nanosecond, which is one of a second', () => {
    const now = BigInt(chain.header.timeMs / 1_000);
    expect([at(now, 0), at(now - 1n, SECOND_NS - 1)]).toEqual(['done', 'sdk/42']);
    expect([at(now, SECOND_NS - 1), at(now, SECOND_NS), at(now, -1)]).toEqual([
      ...['done', 'sdk/18', 'sdk/18'],
    ]);
  });

  test('is between the beginning of time and the year 9999', () => {
    expect([at(0n, 0), at(-1n, 0)]).toEqual(['sdk/42', 'sdk/18']);
    expect([at(253_402_300_799n, 0), at(253_402_300_800n, 0)]).toEqual(['done', 'sdk/18']);
  });

  test('of an unordered transaction is as far ahead as is governed, to the nanosecond', () => {
    const { maxUnorderedTtlSeconds } = runtimeParams.get(chain.view);
    const last = BigInt(chain.header.timeMs / 1_000 + maxUnorderedTtlSeconds);
    expect([at(last, 0, true), at(last, 1, true)]).toEqual(['done', 'sdk/18']);
  });

  test('of an unordered one goes with no sequence of any signer', () => {
    const tx = changed(aliceSends({ unorderedUntilMs: chain.header.timeMs + 1_000 }), {
      info: (one) => [one, { ...one, sequence: 1n }],
    });
    expect(chain.refusal(tx)).toBe('sdk/18');
  });
});
