import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { TestChain } from '../../../test/harness/chain.ts';
import { sendMsg } from '../../../test/harness/execution.ts';
import type { TxOptions } from '../../../test/harness/keys.ts';
import { FEE, Side, orderMsg } from '../../../test/harness/trading.ts';

let chain: TestChain;
let waiting: Uint8Array[];
beforeEach(async () => {
  chain = await TestChain.start({
    alone: true,
    genesis: (state) => {
      const { params } = state['accounts'] as { params: Record<string, unknown> };
      const actions = { actionsPerMinute: 60, actionBurst: 1_200, openOrders: 100 };
      const cancels = { cancelsPerMinute: 60, cancelBurst: 1_300 };
      const limits = [{ minEquityUusd: '0', ...actions, ...cancels, quotes: 0, triggers: 0 }];
      Object.assign(params, { limits, failureCost: 1 });
    },
  });
  await chain.block();
  waiting = [];
});
afterEach(() => chain.close());

const alice = () => chain.user('alice');
const orderOf = (sequence: bigint, options: Partial<TxOptions> = {}) => {
  const order = { series: 'BTC-NONE', side: Side.SIDE_BUY, size: 1, price: 5 };
  return chain.sign(alice(), [orderMsg(alice(), order)], { sequence, ...options });
};
const sendOf = (sequence: bigint, options: Partial<TxOptions> = {}) =>
  chain.sign(alice(), [sendMsg(alice(), chain.user('bob'))], { ...FEE, sequence, ...options });

const checked = (tx: Uint8Array, type = CheckTxType.NEW) => {
  const { code, codespace } = chain.node.app.checkTx({ tx, type });
  return `${codespace}/${code}`;
};

/** As the engine does: what is accepted waits for a block. */
function offer(tx: Uint8Array): string {
  const code = checked(tx);
  if (code === '/0') waiting.push(tx);
  return code;
}

/** A block of the first that wait; with `recheck`, the engine asks again about the rest. */
async function commit(count: number, recheck = false): Promise<string[]> {
  const { txResults } = await chain.block({ txs: waiting.splice(0, count), unchecked: true });
  if (recheck) waiting = waiting.filter((tx) => checked(tx, CheckTxType.RECHECK) === '/0');
  return txResults.slice(-count).map(({ code, codespace }) => `${codespace}/${code}`);
}

describe('a stream of a thousand orders', () => {
  test.each([
    ['with recheck', true],
    ['without', false],
  ])(
    'is never refused for its own sequence, whatever is committed meanwhile: %s',
    async (_, on) => {
      const pauses = fc.sample(fc.tuple(fc.nat(40), fc.nat(60)), { numRuns: 60, seed: 9 });
      let sent = 0n;
      for (const [more, taken] of pauses) {
        for (let i = 0; i < more && sent < 1_000n; i++) expect(offer(orderOf(sent++))).toBe('/0');
        const codes = await commit(Math.min(taken, waiting.length), on);
        expect(codes.filter((code) => code.startsWith('sdk/'))).toEqual([]);
      }
      while (sent < 1_000n) expect(offer(orderOf(sent++))).toBe('/0');
      while (waiting.length > 0) expect(await commit(300, on)).not.toContain('sdk/32');
      expect(offer(orderOf(sent))).toBe('/0');
    },
  );
});

describe('sequences', () => {
  test('one behind or ahead of what waits is refused', async () => {
    for (const sequence of [0n, 1n, 2n]) expect(offer(sendOf(sequence))).toBe('/0');
    await commit(1);
    for (const sequence of [0n, 4n]) expect(offer(sendOf(sequence))).toBe('sdk/32');
    expect(offer(sendOf(2n, { memo: 'another' }))).toBe('sdk/32');
    expect(offer(sendOf(3n))).toBe('/0');
  });

  test('the same bytes again may wait again, as when the engine had no room for them', async () => {
    expect(offer(sendOf(0n))).toBe('/0');
    expect(checked(sendOf(0n))).toBe('/0');
    await commit(0);
    expect(checked(sendOf(0n))).toBe('/0');
    expect(offer(sendOf(1n))).toBe('/0');
  });

  test('one refused in its block takes along those after it; its sender goes on', async () => {
    const dies = sendOf(0n, { timeoutHeight: BigInt(chain.height + 1) });
    for (const tx of [dies, sendOf(1n), sendOf(2n)]) expect(offer(tx)).toBe('/0');
    const [first, ...rest] = waiting;
    waiting = [];
    await commit(0);
    waiting = [first!];
    expect(await commit(1)).toEqual(['sdk/30']);
    waiting = rest;
    expect(offer(sendOf(0n))).toBe('/0');
    expect(offer(sendOf(1n, { memo: 'another' }))).toBe('/0');
    expect(offer(sendOf(3n))).toBe('sdk/32');
  });

  test('one that never comes into a block gives way to another after twenty blocks', async () => {
    for (const sequence of [0n, 1n, 2n]) expect(checked(sendOf(sequence))).toBe('/0');
    waiting = [sendOf(0n)];
    await commit(1);
    const other = sendOf(1n, { memo: 'another' });
    for (let i = 0; i < 19; i++) {
      expect(offer(other)).toBe('sdk/32');
      await commit(0);
    }
    expect(offer(other)).toBe('/0');
    expect(offer(sendOf(2n, { memo: 'another' }))).toBe('/0');
    expect(offer(sendOf(1n, { memo: 'a third' }))).toBe('sdk/32');
    expect(await commit(2)).toEqual(['/0', '/0']);
  });

  test('a recheck lets go what can no longer be executed, and nothing else', async () => {
    const txs = [sendOf(0n), sendOf(1n), sendOf(2n, { timeoutHeight: BigInt(chain.height + 2) })];
    for (const tx of txs) expect(offer(tx)).toBe('/0');
    await commit(0);
    for (const tx of txs) expect(checked(tx, CheckTxType.RECHECK)).toBe('/0');
    await commit(1);
    const codes = txs.map((tx) => checked(tx, CheckTxType.RECHECK));
    expect(codes).toEqual(['sdk/32', '/0', 'sdk/30']);
    expect(offer(sendOf(2n))).toBe('/0');
  });
});

describe('what waits has its claims', () => {
  test('on the allowance, over blocks', async () => {
    for (let i = 0n; i < 1_199n; i++) expect(offer(orderOf(i))).toBe('/0');
    await commit(1);
    expect(offer(orderOf(1_199n))).toBe('/0');
    expect(offer(orderOf(1_200n))).toBe('runtime/2');
    // A second later another token is there.
    await commit(1);
    expect(offer(orderOf(1_200n))).toBe('/0');
    expect(offer(orderOf(1_201n))).toBe('runtime/2');
  });

  test('on coins for fees, over blocks', async () => {
    const fee = [{ denom: 'utenor', amount: '4000000000' }];
    expect(offer(sendOf(0n, { fee }))).toBe('/0');
    expect(offer(sendOf(1n, { fee }))).toBe('/0');
    await commit(0);
    expect(offer(sendOf(2n, { fee }))).toBe('sdk/5');
    await commit(1);
    expect(offer(sendOf(2n, { fee }))).toBe('sdk/5');
    expect(offer(sendOf(2n))).toBe('/0');
  });
});
