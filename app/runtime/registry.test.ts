import { describe, expect, test } from '@jest/globals';
import { MsgSend, MsgSendResponse } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { Params as OracleParams } from '../../proto/gen/tenor.oracle.v1.ts';
import { Collection } from '../store/collection.ts';
import type { Schema } from '../store/collection.ts';
import { u32 } from '../lib/keys.ts';
import { u64Value } from '../lib/values.ts';
import { createRegistry, moduleSet } from '../modules/index.ts';
import { defineErrors } from './errors.ts';
import { handler } from './module.ts';
import type { Module, VotesSpec } from './module.ts';
import { Params } from './params.ts';
import { buildRegistry } from './registry.ts';

const send = handler({
  codec: MsgSend,
  response: MsgSendResponse,
  signer: (msg) => msg.fromAddress,
  validate: () => undefined,
  execute: () => ({}),
});
const unused = (): never => {
  throw new Error('not asked for');
};
const votes: VotesSpec = {
  extend: unused,
  verify: unused,
  inject: unused,
  check: unused,
  apply: unused,
};

const schema = (store: string, prefix: number): Schema =>
  new Collection({
    store,
    prefix,
    name: `c${prefix}`,
    key: u32,
    value: u64Value,
    storage: 'proved',
  }).spec;

const module = (name: string, more: Partial<Module> = {}): Module => ({
  name,
  schemas: [],
  msgs: [],
  queries: {},
  genesis: { validate: unused, init: unused, export: unused },
  invariants: {},
  ...more,
});

const a = module('a', { votes, msgs: [send], schemas: [schema('a', 1), schema('a', 2)] });
const b = module('b', { queries: { '/q': unused }, schemas: [schema('b', 1)] });

const build = (modules: readonly Module[], types = [MsgSend.typeUrl], order = ['a', 'b']) =>
  buildRegistry({ modules, beginBlock: order, endBlock: order, upgrades: [] }, types);

describe('the registry', () => {
  test('of this chain holds together', () => {
    const registry = createRegistry();
    expect(registry.begin).toHaveLength(moduleSet.modules.length);
    expect(registry.end).toHaveLength(moduleSet.modules.length);
  });

  test('routes messages and queries, and keeps the order of each phase', () => {
    const registry = buildRegistry(
      { modules: [a, b], beginBlock: ['b', 'a'], endBlock: ['a', 'b'], upgrades: [] },
      [MsgSend.typeUrl],
    );
    expect(registry.router.get(MsgSend.typeUrl)).toBe(send);
    expect(registry.begin.map((m) => m.name)).toEqual(['b', 'a']);
    expect(registry.end.map((m) => m.name)).toEqual(['a', 'b']);
    expect(registry.schemas).toHaveLength(3);
  });

  const params = new Params('b', OracleParams, () => null);
  test.each<[string, () => unknown, string]>([
    ['a module twice', () => build([a, a]), 'module a is there twice'],
    ['two handlers of a message', () => build([a, { ...b, msgs: [send] }]), 'has two handlers'],
    ['a message without a handler', () => build([a, b], [MsgSend.typeUrl, '/x']), 'handles /x'],
    ['a handler without a message', () => build([a, b], []), 'that no proto file has'],
    [
      'a query answered twice',
      () => build([{ ...a, queries: b.queries }, b]),
      '/q is answered twice',
    ],
    [
      'a prefix taken twice',
      () => build([a, { ...b, schemas: [schema('b', 1), schema('b', 1)] }]),
      'prefix b/1 is taken',
    ],
    [
      'a prefix that parameters have',
      () => build([a, { ...b, params, schemas: [schema('b', 255)] }]),
      'prefix b/255 is taken',
    ],
    [
      'a collection in the store of another',
      () => build([a, { ...b, schemas: [schema('a', 9)] }]),
      'lies in the store of a',
    ],
    [
      'parameters in the store of another',
      () => build([{ ...a, params }, b]),
      'lies in the store of b',
    ],
    ['a phase with a module too few', () => build([a, b], undefined, ['a']), 'every module once'],
    ['a phase with a module twice', () => build([a, b], undefined, ['a', 'a']), 'a module twice'],
    [
      'a phase with a stranger',
      () => build([a, b], undefined, ['a', 'x']),
      'x, which is no module',
    ],
    [
      'no one to speak in votes',
      () => build([{ ...a, votes: undefined } as never, b]),
      'one module',
    ],
    ['two to speak in votes', () => build([a, { ...b, votes }]), 'one module speaks'],
  ])('refuses %s', (_, wrong, message) => expect(wrong).toThrow(message));
});

describe('error codes', () => {
  test('are refusals with their codespace', () => {
    const errors = defineErrors('test-codes', { one: 1 });
    expect(errors.one('why')).toMatchObject({ codespace: 'test-codes', code: 1, message: 'why' });
  });

  test('are positive, unique, and of one codespace in one place', () => {
    expect(() => defineErrors('test-zero', { zero: 0 })).toThrow('code 0');
    expect(() => defineErrors('test-twice', { one: 1, other: 1 })).toThrow('code 1 is taken');
    defineErrors('test-space', { one: 1 });
    expect(() => defineErrors('test-space', { two: 2 })).toThrow('codespace test-space is taken');
  });
});

describe('versions of modules', () => {
  const step = (from: number) => ({ from, run: () => undefined });
  const withSteps = (version: number, steps: number[]) => () =>
    build([a, { ...b, version, migrations: steps.map(step) }]);

  test('have one migration from each to the next', () => {
    expect(withSteps(3, [2, 1])).not.toThrow();
    expect(withSteps(3, [1])).toThrow('b: 0 migrations from version 2');
    expect(withSteps(2, [1, 1])).toThrow('b: 2 migrations from version 1');
    expect(withSteps(2, [1, 2])).toThrow('b: a migration beyond version 2');
    expect(withSteps(0, [])).toThrow('b: its version is 1 or more');
  });

  test('and a plan are known once', () => {
    const order = ['a', 'b'];
    const upgrades = [{ name: 'v2' }, { name: 'v2' }];
    const set = { modules: [a, b], beginBlock: order, endBlock: order, upgrades };
    expect(() => buildRegistry(set, [MsgSend.typeUrl])).toThrow('an upgrade is there twice');
  });
});
