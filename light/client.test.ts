import { describe, expect, test } from '@jest/globals';
import { LightClient } from './client.ts';
import { LightError } from './errors.ts';
import { MadeChain, signer } from './fixture.ts';
import type { Powers, Signer } from './fixture.ts';
import { DEFAULT_RULES } from './types.ts';
import { trustedOf, checkBlock } from './verify.ts';
import { askWitnesses } from './witnesses.ts';

const people = Array.from({ length: 12 }, (_, i) => signer(`validator ${i}`));
const equal = (signers: readonly Signer[]): Powers => new Map(signers.map((s) => [s, 10n]));
const four = equal(people.slice(0, 4));
const LENGTH = 64;

const clientOf = (
  chain: MadeChain,
  nowMs = MadeChain.msAt(LENGTH + 1),
  trusted = [chain.genesis],
) => new LightClient({ provider: chain, trusted, rules: DEFAULT_RULES, clock: () => nowMs });

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof LightError) return `${error.fault}: ${error.message}`;
    throw error;
  }
  return 'verified';
};

describe('a chain whose validators stay', () => {
  const chain = new MadeChain(() => four, LENGTH);

  test('is verified at any height in one step from its genesis', async () => {
    for (const height of [1, 2, 33, LENGTH]) {
      const client = clientOf(chain);
      const verified = await client.header(height);
      expect(verified).toMatchObject({ height, signedPower: 40n, totalPower: 40n, signers: 4 });
      expect(client.steps).toBe(1);
    }
  });

  test('is verified backwards by the hashes that link its blocks', async () => {
    const trusted = trustedOf(checkBlock(chain.chainId, 40, chain.blocks.get(40)!));
    const client = clientOf(chain, undefined, [trusted]);
    expect((await client.header(31)).height).toBe(31);
    expect(client.steps).toBe(9);
  });

  test('vouches for nothing once the trusting period is over, or before it', async () => {
    const late = MadeChain.msAt(0) + DEFAULT_RULES.periodMs;
    expect(await faultOf(clientOf(chain, late).header(5))).toMatch(/^expired: .*the genesis/);
    expect(await faultOf(clientOf(chain, late - 1).header(5))).toBe('verified');
    const early = MadeChain.msAt(50) - DEFAULT_RULES.driftMs;
    expect(await faultOf(clientOf(chain, early).header(50))).toMatch(/^lie: .*ahead of the clock/);
    expect(await faultOf(clientOf(chain, early + 1_000).header(50))).toBe('verified');
  });

  test('has no block that the node has not', async () => {
    expect(await faultOf(clientOf(chain).header(99))).toMatch(/^unprovable: .*it is at 64/);
    const waited = clientOf(chain).comingHeader(65, 0);
    expect(await faultOf(waited)).toMatch(/^late: block 65 did not come/);
    expect(await faultOf(clientOf(chain).comingHeader(999, 9e9))).toMatch(/^unprovable/);
  });
});

test('a block that was verified is not another one later, who ever signed that', async () => {
  const chain = new MadeChain(() => four, 9);
  const client = clientOf(chain);
  await client.header(9);
  chain.blocks.set(9, new MadeChain(() => four, 9, 'fork').blocks.get(9)!);
  expect(await faultOf(client.header(9))).toMatch(/^lie: block 9 is not the one that was verified/);
});

describe('a chain whose validators change', () => {
  // One more is exchanged each 5 blocks: after 15, nobody of the first four is left.
  const powersAt = (height: number) => {
    const first = Math.min(8, Math.floor(height / 5));
    return equal(people.slice(first, first + 4));
  };
  const chain = new MadeChain(powersAt, LENGTH);

  test('is verified by halving the distance until a trusted third has signed', async () => {
    const client = clientOf(chain);
    await client.header(LENGTH);
    expect(client.steps).toBeGreaterThan(2);
    expect(client.steps).toBeLessThan(12);
  });

  test('is verified step by step when all validators change at once', async () => {
    const sudden = new MadeChain(
      (height) => equal(height < 20 ? people.slice(0, 4) : people.slice(6, 10)),
      30,
    );
    const client = clientOf(sudden);
    await client.header(30);
    // Block 20 can only be believed because block 19 names its validators.
    expect(sudden.asked).toEqual(expect.arrayContaining([19, 20]));
  });

  test('cannot be forged by validators who were never in a set that leads there', async () => {
    const forgers = equal(people.slice(8, 12));
    const forged = new MadeChain((height) => (height < 10 ? powersAt(height) : forgers), LENGTH);
    // Block 10's set is not what block 9 of the chain commits to, and 9 is signed truly.
    for (let height = 1; height < 10; height++) {
      forged.blocks.set(height, chain.blocks.get(height)!);
    }
    expect(await faultOf(clientOf(forged).header(LENGTH))).toMatch(/^lie: .*block 9 names/);
  });
});

test('a third of the trusted power is not more than a third', async () => {
  const [a, b, c, d] = people as [Signer, Signer, Signer, Signer];
  const first: Powers = new Map([
    [a, 10n],
    [b, 10n],
    [c, 10n],
  ]);
  const second: Powers = new Map([
    [a, 10n],
    [d, 90n],
  ]);
  const chain = new MadeChain((height) => (height < 9 ? first : second), 10);
  const client = clientOf(chain);
  await client.header(10);
  // Straight from the genesis only a third signs block 10: blocks in between were needed.
  expect(chain.asked.length).toBeGreaterThan(2);
});

test('two thirds of the power are not more than two thirds', async () => {
  const three = equal(people.slice(0, 3));
  const chain = new MadeChain(() => three, 3);
  chain.add(3, '', people.slice(0, 2));
  expect(await faultOf(clientOf(chain).header(3))).toMatch(/^lie: only 20 of 30 power/);
  chain.add(3, '', people.slice(0, 3));
  expect(await faultOf(clientOf(chain).header(3))).toBe('verified');
});

test('another chain, another height and another genesis are lies', async () => {
  const chain = new MadeChain(() => four, 9);
  const other = { ...chain.genesis, chainId: 'other-1' };
  expect(await faultOf(clientOf(chain, undefined, [other]).header(3))).toMatch(/^lie: .*made-1/);
  chain.blocks.set(8, chain.blocks.get(3)!);
  expect(await faultOf(clientOf(chain).header(8))).toMatch(/^lie: asked for block 8, got block 3/);
  const strangers = new MadeChain(() => equal(people.slice(4, 8)), 9);
  expect(await faultOf(clientOf(chain, undefined, [strangers.genesis]).header(5))).toMatch(/^lie/);
});

describe('other nodes', () => {
  const chain = new MadeChain(() => four, 9);
  const check = async () => ({
    header: await clientOf(chain).header(9),
    trusted: [chain.genesis],
    rules: DEFAULT_RULES,
    clock: () => MadeChain.msAt(10),
    waitMs: 0,
  });

  test('agree, are silent, or show a block that does not verify', async () => {
    const behind = new MadeChain(() => four, 5);
    const liar = new MadeChain(() => four, 9, 'other');
    liar.add(9, 'unsigned', people.slice(0, 1));
    const said = await askWitnesses([chain, behind, liar], await check());
    expect(said.map(({ says }) => says)).toEqual(['agrees', 'silent', 'lies']);
  });

  test('show an attack when the same validators signed another block', async () => {
    const fork = new MadeChain(() => four, 9, 'fork');
    expect(await faultOf(askWitnesses([chain, fork], await check()))).toMatch(
      /^attack: two blocks of height 9/,
    );
  });
});
