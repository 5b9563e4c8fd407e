import { describe, expect, test } from '@jest/globals';
import { Waiting } from './waiting.ts';
import type { Claim } from './waiting.ts';

const claimOf = (n: number, more: Partial<Claim> = {}): Claim => ({
  hash: `hash ${n}`,
  sequences: new Map([['alice', BigInt(n)]]),
  signers: ['alice'],
  draws: new Map(['alice', 'bob'].map((name) => [name, { actions: 1, cancels: 2 }])),
  fee: undefined,
  height: 1,
  ...more,
});
const after = (n: number) => [{ address: 'alice', accountNumber: 0n, sequence: BigInt(n) + 1n }];

function withClaims(...claims: Claim[]): Waiting {
  const waiting = new Waiting(3);
  claims.forEach((claim, n) => waiting.add(claim, after(n)));
  return waiting;
}

describe('waiting transactions', () => {
  test('are summed by account, fees at the first signer', () => {
    const fee = { denom: 'uusd', amount: 5n };
    const signers = ['alice', 'bob'];
    const waiting = withClaims(claimOf(0, { fee, signers }), claimOf(1, { fee }), claimOf(2));
    expect(waiting.account('alice')).toMatchObject({
      draw: { actions: 3, cancels: 6 },
      fees: new Map([['uusd', 10n]]),
    });
    expect(waiting.account('bob')).toMatchObject({
      draw: { actions: 1, cancels: 2 },
      fees: new Map(),
    });
    for (const n of [0, 1]) waiting.remove(`hash ${n}`);
    expect(waiting.account('alice')).toMatchObject({
      draw: { actions: 1, cancels: 2 },
      fees: new Map(),
    });
    expect(waiting.account('bob')).toBeUndefined();
  });

  test('are bounded: the oldest is forgotten', () => {
    const waiting = withClaims(...[0, 1, 2, 3].map((n) => claimOf(n)));
    expect(waiting.size).toBe(3);
    expect(waiting.get('hash 0')).toBeUndefined();
    expect(waiting.account('alice')?.draw.actions).toBe(3);
  });

  test('added twice count once', () => {
    const waiting = withClaims(claimOf(0), claimOf(0));
    expect(waiting.account('alice')?.draw.actions).toBe(1);
  });

  test('advance past what is done, and keep what is unordered', () => {
    const waiting = withClaims(claimOf(0), claimOf(1), claimOf(2, { sequences: undefined }));
    waiting.advance('alice', 1n);
    expect([...waiting.account('alice')!.claims.keys()]).toEqual(['hash 1', 'hash 2']);
  });

  test('forgotten from a sequence on, the account goes on there', () => {
    const waiting = withClaims(...[0, 1, 2].map((n) => claimOf(n)));
    waiting.forgetFrom('alice', 1n);
    expect(waiting.size).toBe(1);
    expect(waiting.account('alice')?.after?.sequence).toBe(1n);
    waiting.forgetFrom('alice', 0n);
    expect(waiting.account('alice')).toBeUndefined();
  });
});
