import { beforeEach, describe, expect, test } from '@jest/globals';
import { MsgSetPower } from '../../../proto/gen/tenor.staking.v1.ts';
import { codeOf, Execution } from '../../../test/harness/execution.ts';
import { anyOf, ValidatorKey } from '../../../test/harness/keys.ts';
import { consensusAddress, setAt, stakingModule, totalPower, validatorAt } from './index.ts';
import { sets } from './state.ts';
import { params } from './params.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

const joiner = new ValidatorKey('joiner');

function setPower(key: ValidatorKey, power: bigint, from = chain.authority, operator = ''): string {
  const msg = anyOf(MsgSetPower, {
    authority: from.address,
    consensusPubkey: key.pubkey,
    power,
    moniker: '',
    operator,
  });
  return codeOf(chain.run(chain.sign(from, [msg])));
}

/** Ends the block; what the engine is told, as names of keys and powers. */
function endBlock(): string[] {
  const updates = stakingModule.endBlock!(chain.ctx) ?? [];
  chain.wait(1_000);
  const all = [...chain.validators, joiner];
  return updates.map(({ pubkey, power }) => {
    const at = all.findIndex((key) => Buffer.compare(key.pubkey, pubkey) === 0);
    return `${at}:${power}`;
  });
}

const powerAt = (height: number) => totalPower(setAt(chain.view, height)!);
const has = (height: number, key: ValidatorKey) =>
  setAt(chain.view, height)!.validators.some(
    (v) => Buffer.compare(v.consensusAddress, consensusAddress(key.pubkey)) === 0,
  );

describe('a change of power', () => {
  test('is in force two heights on, and the sets until then stay as they were', () => {
    expect(setPower(joiner, 50n)).toBe('/0');
    expect(endBlock()).toEqual(['4:50']);
    expect([1, 2, 3].map(powerAt)).toEqual([400n, 400n, 450n]);
    expect(setPower(joiner, 70n)).toBe('/0');
    expect(endBlock()).toEqual(['4:70']);
    expect([1, 2, 3, 4].map(powerAt)).toEqual([400n, 400n, 450n, 470n]);
    expect(has(2, joiner)).toBe(false);
    expect(has(3, joiner)).toBe(true);
  });

  test('to zero removes the validator', () => {
    expect(setPower(chain.validators[0]!, 0n)).toBe('/0');
    expect(endBlock()).toEqual(['0:0']);
    expect(has(2, chain.validators[0]!)).toBe(true);
    expect(has(3, chain.validators[0]!)).toBe(false);
    expect(setPower(chain.validators[0]!, 0n)).toBe('staking/3');
  });

  test('several times in a block tells the engine the last one', () => {
    for (const power of [10n, 20n, 30n]) setPower(joiner, power);
    expect(endBlock()).toEqual(['4:30']);
  });

  test('that joins and leaves in one block never reaches the engine, which would stop', () => {
    expect(setPower(joiner, 10n)).toBe('/0');
    expect(setPower(joiner, 0n)).toBe('/0');
    expect(endBlock()).toEqual([]);
    expect(powerAt(3)).toBe(400n);
    // Having joined before, it is removed like any other, also before it was in force.
    setPower(joiner, 10n);
    expect(endBlock()).toEqual(['4:10']);
    setPower(joiner, 0n);
    expect(endBlock()).toEqual(['4:0']);
  });

  test('that leaves and comes back in one block is one change', () => {
    setPower(chain.validators[1]!, 0n);
    setPower(chain.validators[1]!, 5n);
    expect(endBlock()).toEqual(['1:5']);
  });

  test('drops the sets that no vote can refer to any more', () => {
    for (let i = 0; i < 6; i++) {
      setPower(joiner, BigInt(i + 1));
      endBlock();
      expect([...sets.entries(chain.view)].length).toBeLessThanOrEqual(4);
      // The commit of the last height is judged by its own set.
      expect(setAt(chain.view, chain.header.height - 1)).toBeDefined();
    }
  });

  test('is refused for the last validator, and beyond the size of the set', () => {
    for (const key of chain.validators.slice(1)) expect(setPower(key, 0n)).toBe('/0');
    expect(setPower(chain.validators[0]!, 0n)).toBe('staking/4');
    params.set(chain.ctx, { ...params.get(chain.view), maxValidators: 2 });
    expect(setPower(joiner, 1n)).toBe('/0');
    // One that left in this very block joins like a new one.
    expect(setPower(chain.validators[1]!, 1n)).toBe('staking/5');
    expect(setPower(joiner, 2n)).toBe('/0');
  });

  test('is refused from anyone but the authority, and out of bounds', () => {
    expect(setPower(joiner, 1n, chain.alice)).toBe('sdk/4');
    expect(setPower(joiner, -1n)).toBe('staking/2');
    expect(setPower(joiner, (1n << 40n) + 1n)).toBe('staking/2');
  });
});

describe('genesis', () => {
  const genesis = (change: Record<string, unknown>) => () =>
    new Execution((state) => {
      const staking = state['staking'] as { validators: Record<string, unknown>[] };
      Object.assign(staking.validators[0]!, change);
    });

  test.each([
    ['no power', { power: '0' }],
    ['a power beyond the engine’s bounds', { power: (1n << 41n).toString() }],
    ['a short key', { consensusPubkey: 'AAAA' }],
    ['the address of another key', { consensusAddress: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }],
    ['another power than the engine’s', { power: '7' }],
  ])('with %s is refused', (_, change) => expect(genesis(change)).toThrow(/genesis|staking/));
});

test('an operator is whom the message names; without one a new validator has none', () => {
  const operatorOf = (key: ValidatorKey) =>
    validatorAt(chain.view, consensusAddress(key.pubkey))!.operator;
  expect(setPower(joiner, 10n)).toBe('/0');
  expect(operatorOf(joiner)).toBe('');
  expect(setPower(joiner, 10n, chain.authority, chain.bob.address)).toBe('/0');
  expect(setPower(joiner, 11n)).toBe('/0');
  expect(operatorOf(joiner)).toBe(chain.bob.address);
  expect(setPower(joiner, 11n, chain.authority, 'bob')).toBe('sdk/7');
});
