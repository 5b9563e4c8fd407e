import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { records } from '../app/lib/records.ts';
import { LightClient } from './client.ts';
import { LightError } from './errors.ts';
import { RecordedNode, recorded } from './fixture.ts';
import { headerHash, nsOf, validatorsHash } from './hashes.ts';
import { verifyClaim } from './ics23.ts';
import type { Claim } from './provider.ts';
import { trustGenesis } from './roots.ts';
import { RpcProvider } from './rpcProvider.ts';
import { DEFAULT_RULES } from './types.ts';
import type { LightBlock } from './types.ts';
import { checkBlock, verifyAhead } from './verify.ts';
import { VerifiedState } from './verifiedState.ts';

const { trusted: genesis } = trustGenesis(JSON.stringify(recorded.genesis));
const { chainId } = genesis;
const after = recorded.height + 1;
const node = new RecordedNode();
let provider: RpcProvider;
let block: LightBlock;
let nowMs: number;
let claims: { store: string; key: Uint8Array; claim: Claim }[];

beforeAll(async () => {
  provider = new RpcProvider(await node.listen());
  block = (await provider.lightBlock(after))!;
  nowMs = Number(nsOf(block.header.time) / 1_000_000n);
  claims = await Promise.all(
    recorded.claims.map(async ({ store, key: hex }) => {
      const key = Uint8Array.from(Buffer.from(hex, 'hex'));
      return { store, key, claim: await provider.prove(store, key, recorded.height) };
    }),
  );
});
afterAll(() => node.close());

const clientOf = () =>
  new LightClient({ provider, trusted: [genesis], rules: DEFAULT_RULES, clock: () => nowMs });

const isLie = (work: () => unknown): boolean => {
  try {
    work();
  } catch (error) {
    if (error instanceof LightError) return error.fault === 'lie';
    throw error;
  }
  return false;
};

describe('what a real node answered', () => {
  test('is verified from its genesis, forwards and backwards', async () => {
    for (const height of [1, 12, after]) {
      const { hash, header } = await clientOf().header(height);
      expect(hash).toEqual(headerHash(header));
    }
    const client = clientOf();
    await client.header(12);
    expect(validatorsHash(block.validators)).toEqual(Uint8Array.from(block.header.validatorsHash));
    expect(client.trusted.map(({ height }) => height)).toEqual([0, 12]);
  });

  test('proves values and their absence up to the app hash', () => {
    const found = claims.map(({ store, key, claim }) =>
      verifyClaim(claim, store, key, block.header.appHash),
    );
    expect(found.filter((value) => value === null).length).toBeGreaterThanOrEqual(3);
    expect(found.filter((value) => value !== null).length).toBeGreaterThanOrEqual(8);
  });

  test('is read as records', async () => {
    const state = await VerifiedState.at(clientOf(), null, 0);
    const params = await state.get(records.optionsParams, null);
    expect(params!.underlyings.map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH']);
    expect(await state.get(records.orders, 2n)).toBeUndefined();
    expect((await state.get(records.orders, 1n))!.quantity).toBe(5_000n);
    expect(state.proved.map(({ value }) => value === null)).toEqual([false, true, false]);
  });
});

/** Every place of a value where one bit, or one unit, can be changed. */
type Change = (seed: number) => void;

function changesOf(value: unknown): Change[] {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([name, inner]): Change[] => {
    const holder = value as Record<string, unknown>;
    if (inner instanceof Uint8Array) {
      return [
        (seed) => {
          const copy = Uint8Array.from(inner);
          if (copy.length > 0) copy[(seed >>> 3) % copy.length]! ^= 1 << (seed & 7);
          holder[name] = copy.length > 0 ? copy : Uint8Array.of(seed & 255);
        },
        (seed) => {
          holder[name] = seed & 1 ? Buffer.concat([inner, Uint8Array.of(0)]) : inner.subarray(1);
          if (inner.length === 0) holder[name] = Uint8Array.of(0);
        },
      ];
    }
    if (typeof inner === 'bigint')
      return [(seed) => void (holder[name] = inner ^ (1n << BigInt(seed % 60)))];
    if (typeof inner === 'number')
      return [(seed) => void (holder[name] = inner ^ (1 << (seed % 20)))];
    if (typeof inner === 'string') return [() => void (holder[name] = `${inner}x`)];
    return changesOf(inner);
  });
}

describe('a single bit changed', () => {
  const anywhere = fc.tuple(fc.nat(), fc.nat());

  test('in a header, a commit or its validators is caught', () => {
    const places = changesOf(structuredClone(block)).length;
    // 22 in the header, 8 in the commit and 6 a vote, 3 a validator.
    expect(places).toBeGreaterThan(50);
    fc.assert(
      fc.property(anywhere, ([place, seed]) => {
        const changed = structuredClone(block);
        changesOf(changed)[place % places]!(seed);
        return isLie(() => verifyAhead(genesis, changed, DEFAULT_RULES, nowMs));
      }),
      { numRuns: 400 },
    );
    for (let place = 0; place < places; place++) {
      const changed = structuredClone(block);
      changesOf(changed)[place]!(place * 7 + 1);
      expect(isLie(() => checkBlock(chainId, after, changed))).toBe(true);
    }
  });

  test('in a value or a proof is caught', () => {
    fc.assert(
      fc.property(fc.nat(), anywhere, (which, [place, seed]) => {
        const { store, key, claim } = claims[which % claims.length]!;
        const { value, ops } = structuredClone(claim);
        const changed = { value, ops };
        const changes = changesOf(changed);
        changes[place % changes.length]!(seed);
        return isLie(() => verifyClaim(changed, store, key, block.header.appHash));
      }),
      { numRuns: 1_000 },
    );
  });

  test('in the app hash is caught, and so is the proof of another key, store, height', async () => {
    const other = (await provider.lightBlock(12))!;
    for (const { store, key, claim } of claims) {
      const hash = Uint8Array.from(block.header.appHash);
      hash[5]! ^= 16;
      expect(isLie(() => verifyClaim(claim, store, key, hash))).toBe(true);
      expect(isLie(() => verifyClaim(claim, store, key, other.header.appHash))).toBe(true);
      for (const { key: another, store: elsewhere } of claims) {
        if (another === key) continue;
        const hashed = () => verifyClaim(claim, elsewhere, another, block.header.appHash);
        expect(isLie(hashed)).toBe(true);
      }
    }
  });
});

describe('votes and sets', () => {
  const changed = (
    change: (copy: { -readonly [K in keyof LightBlock]: LightBlock[K] }) => void,
  ) => {
    const copy = structuredClone(block);
    change(copy);
    return isLie(() => checkBlock(chainId, after, copy));
  };

  test('a vote taken away, doubled or moved is caught', () => {
    expect(changed(({ commit }) => void commit.signatures.pop())).toBe(true);
    expect(changed(({ commit }) => void commit.signatures.push(commit.signatures[0]!))).toBe(true);
    expect(changed(({ commit }) => void commit.signatures.reverse())).toBe(true);
    expect(changed(({ commit }) => void (commit.signatures[1] = commit.signatures[0]!))).toBe(true);
  });

  test('a validator taken away, doubled or moved is caught', () => {
    expect(changed((copy) => (copy.validators = copy.validators.slice(1)))).toBe(true);
    expect(changed((copy) => (copy.validators = copy.validators.toReversed()))).toBe(true);
    expect(changed((copy) => (copy.validators = [...copy.validators, copy.validators[0]!]))).toBe(
      true,
    );
    expect(changed((copy) => (copy.validators = []))).toBe(true);
  });
});

describe('answers that cannot be read', () => {
  const asked = async (alter: RecordedNode['alter']): Promise<string> => {
    node.alter = alter;
    try {
      await clientOf().header(after);
    } catch (error) {
      if (error instanceof LightError) return error.fault;
      throw error;
    } finally {
      node.alter = (_request, answer) => answer;
    }
    return 'verified';
  };

  test('are no answers of a node, wherever they are cut off', async () => {
    for (const part of [0, 0.1, 0.5, 0.9, 0.999]) {
      const cut = (_: unknown, answer: string) => answer.slice(0, Math.floor(answer.length * part));
      expect(await asked(cut)).toBe('unreachable');
    }
    expect(await asked(() => '<html>')).toBe('unreachable');
    expect(await asked(() => 'null')).toBe('unreachable');
    expect(await asked(() => '{"jsonrpc":"2.0","id":1,"result":{}}')).toBe('unreachable');
    expect(await asked((_, answer) => answer)).toBe('verified');
  });
});
