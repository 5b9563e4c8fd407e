import { beforeEach, describe, expect, test } from '@jest/globals';
import { TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { Execution, sendMsg } from '../../test/harness/execution.ts';
import type { TxOptions } from '../../test/harness/keys.ts';

const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const aliceSends = (options: Partial<TxOptions> = {}) =>
  chain.sign(chain.alice, [sendMsg(chain.alice, chain.bob)], options);

function altered(tx: Uint8Array, change: (raw: TxRaw) => Partial<TxRaw>): Uint8Array {
  const raw = TxRaw.decode(tx);
  return TxRaw.encode({ ...raw, ...change(raw) });
}

describe('signatures', () => {
  test('a good one is accepted once, and its replay is refused', () => {
    const tx = aliceSends();
    expect(chain.run(tx)).toMatchObject({ code: 0 });
    expect(chain.refusal(tx)).toBe('sdk/32');
  });

  test.each([
    ['one bit flipped', (s: Uint8Array) => s.map((b, i) => (i === 40 ? b ^ 1 : b))],
    ['nothing but zeros', () => new Uint8Array(64)],
    ['r and s beyond the order of the group', () => new Uint8Array(64).fill(0xff)],
    ['s equal to the order', (s: Uint8Array) => Uint8Array.from([...s.slice(0, 32), ...order()])],
    ['s in the upper half: the malleated twin', highS],
    ['one byte too few', (s: Uint8Array) => s.slice(1)],
    ['one byte too many', (s: Uint8Array) => Uint8Array.from([...s, 0])],
    ['none', () => new Uint8Array(0)],
  ])('%s is refused', (_, change) => {
    const tx = altered(aliceSends(), ({ signatures }) => ({ signatures: signatures.map(change) }));
    expect(chain.refusal(tx)).toBe('sdk/4');
  });

  test.each<[string, Partial<TxOptions>]>([
    ['another chain id', { chainId: 'other-1' }],
    ['another account number', { accountNumber: 77n }],
  ])('a signature for %s is refused', (_, options) =>
    expect(chain.refusal(aliceSends(options))).toBe('sdk/4'),
  );

  test('a sequence behind or ahead is refused', () => {
    expect(chain.refusal(aliceSends({ sequence: 1n }))).toBe('sdk/32');
    expect(chain.refusal(aliceSends({ sequence: (1n << 64n) - 1n }))).toBe('sdk/32');
  });

  test('another key than the account has is refused', () => {
    const tx = chain.bob.signTx([sendMsg(chain.alice, chain.bob)], {
      chainId: chain.header.chainId,
      accountNumber: 0n,
      sequence: 0n,
      gasLimit: 200_000n,
    });
    expect(chain.refusal(tx)).toBe('sdk/8');
  });

  test('the key is learned from the first transaction and may be left out from then on', () => {
    expect(chain.refusal(aliceSends({ keyless: true }))).toBe('sdk/8');
    expect(chain.run(aliceSends())).toMatchObject({ code: 0 });
    expect(chain.run(aliceSends({ keyless: true }))).toMatchObject({ code: 0 });
  });

  test('an account that does not exist is refused', () => {
    expect(chain.refusal(chain.sign(chain.bob, [sendMsg(chain.bob, chain.alice)]))).toBe('sdk/9');
  });

  test('a signature too few or too many is refused', () => {
    const none = altered(aliceSends(), () => ({ signatures: [] }));
    expect(chain.refusal(none)).toBe('sdk/15');
    const two = altered(aliceSends(), ({ signatures }) => ({
      signatures: [...signatures, ...signatures],
    }));
    expect(chain.refusal(two)).toBe('sdk/15');
  });

  test('every signer of a message must sign', () => {
    const msgs = [sendMsg(chain.alice, chain.bob), sendMsg(chain.authority, chain.bob)];
    expect(chain.refusal(chain.sign(chain.alice, msgs))).toBe('sdk/15');
  });
});

describe('timeouts and unordered nonces', () => {
  const soon = () => chain.header.timeMs + 30_000;

  test('a timeout height is the last height at which it holds', () => {
    const tx = aliceSends({ timeoutHeight: 2n });
    chain.wait(2_000, 2);
    expect(chain.refusal(tx)).toBe('sdk/30');
    chain.wait(0, -1);
    expect(chain.run(tx)).toMatchObject({ code: 0 });
  });

  test('a timeout beyond 2^53 is compared exactly', () => {
    const tx = aliceSends({ timeoutHeight: (1n << 64n) - 1n });
    expect(chain.run(tx)).toMatchObject({ code: 0 });
  });

  test('unordered transactions leave the sequence alone and are unique by their timeout', () => {
    const first = aliceSends({ unorderedUntilMs: soon() });
    const second = aliceSends({ unorderedUntilMs: soon() + 1 });
    expect(chain.run(second)).toMatchObject({ code: 0 });
    expect(chain.run(first)).toMatchObject({ code: 0 });
    expect(chain.sequence(chain.alice)).toBe(0n);
    expect(chain.refusal(first)).toBe('runtime/4');
    // Another message with the same timeout is the same nonce.
    expect(chain.refusal(aliceSends({ unorderedUntilMs: soon(), memo: 'x' }))).toBe('runtime/4');
  });

  test('an unordered nonce is held until its timeout has passed, and then forgotten', () => {
    const tx = aliceSends({ unorderedUntilMs: soon() });
    expect(chain.run(tx)).toMatchObject({ code: 0 });
    const begin = () => {
      for (const module of chain.registry.begin) if (module.name === 'auth') run(module);
    };
    const run = (module: (typeof chain.registry.begin)[number]) => module.beginBlock?.(chain.ctx);
    chain.wait(30_000);
    begin();
    expect(chain.refusal(tx)).toBe('runtime/4');
    chain.wait(1);
    begin();
    expect(chain.refusal(tx)).toBe('sdk/42');
    expect(chain.dump()).not.toMatch(/^auth 03/m);
  });

  test('too far ahead, without a timeout, or with a sequence is refused', () => {
    expect(chain.refusal(aliceSends({ unorderedUntilMs: chain.header.timeMs + 600_001 }))).toBe(
      'sdk/18',
    );
    expect(chain.refusal(aliceSends({ unorderedUntilMs: soon(), sequence: 1n }))).toBe('sdk/18');
    const timeless = altered(aliceSends({ unorderedUntilMs: soon() }), ({ bodyBytes }) => ({
      bodyBytes: TxBody.encode({ ...TxBody.decode(bodyBytes), timeoutTimestamp: undefined }),
    }));
    expect(chain.refusal(timeless)).toBe('sdk/18');
  });

  test.each([
    [-1n, 0],
    [253_402_300_800n, 0],
    [(1n << 63n) - 1n, 0],
    [0n, -1],
    [0n, 1_000_000_000],
  ])('a timestamp of %s s and %s ns is refused', (seconds, nanos) => {
    const tx = altered(aliceSends({ unorderedUntilMs: soon() }), ({ bodyBytes }) => ({
      bodyBytes: TxBody.encode({
        ...TxBody.decode(bodyBytes),
        timeoutTimestamp: { seconds, nanos },
      }),
    }));
    expect(chain.refusal(tx)).toBe('sdk/18');
  });
});

function order(): Uint8Array {
  return Buffer.from(GROUP_ORDER.toString(16), 'hex');
}

/** The other valid signature of plain ECDSA: (r, n − s). */
function highS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const twin = Buffer.from((GROUP_ORDER - s).toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([signature.subarray(0, 32), twin]);
}
