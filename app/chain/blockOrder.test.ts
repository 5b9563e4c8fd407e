import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { MsgBatch, MsgCancelAll, PostOnly } from '../../proto/gen/tenor.clob.v1.ts';
import type { BatchAction } from '../../proto/gen/tenor.clob.v1.ts';
import { accountsParams } from '../modules/accounts/index.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { AnyMsg, TxOptions } from '../../test/harness/keys.ts';
import { readSentAs } from '../../test/harness/orderedRead.ts';
import { ordered, proposal, verdict, viewOfLast } from '../../test/harness/proposals.ts';
import { depositMsg, FEE, orderMsg, seriesOf, Side } from '../../test/harness/trading.ts';
import { firstOutOfOrder, orderTxs } from './blockOrder.ts';

const Status = abci.ResponseProcessProposal_ProposalStatus;
const owners = ['a', 'b', 'c', 'poor'];
const hasPlace = (owner: string) => owner !== 'poor';
const lottery = (seed: number) => ({ seed: Uint8Array.of(seed), hasPlace });
const specs = fc.array(
  fc.record({
    owner: fc.constantFrom(...owners),
    blockClass: fc.integer({ min: 1, max: 3 }),
    sequence: fc.nat(50),
    unordered: fc.boolean(),
  }),
  { maxLength: 40 },
);

describe('the order of any transactions', () => {
  test('does not depend on the order in which they come', () => {
    fc.assert(
      fc.property(specs, fc.nat(255), fc.infiniteStream(fc.nat()), (given, seed, dice) => {
        const reads = given.map((spec, i) => readSentAs(i, spec));
        const shuffled = reads
          .map((read) => ({ read, key: dice.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ read }) => read);
        const right = orderTxs(reads, lottery(seed));
        expect(orderTxs(shuffled, lottery(seed))).toEqual(right);
        expect([...right].sort((x, y) => (x.hash < y.hash ? -1 : 1))).toEqual(reads);
        expect(firstOutOfOrder(right, lottery(seed))).toBe(-1);
      }),
    );
  });

  test('keeps sequences; in a class each owner is in one place, the poor last', () => {
    fc.assert(
      fc.property(specs, fc.nat(255), (given, seed) => {
        const right = orderTxs(
          given.map((spec, i) => readSentAs(i, spec)),
          lottery(seed),
        ).map(({ hash }) => {
          return given[Number(hash)]!;
        });
        for (const owner of owners) {
          const own = right.filter((spec) => spec.owner === owner && !spec.unordered);
          const sequences = own.map(({ sequence }) => sequence);
          expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
        }
        const latest = new Map<string, number>();
        const classes = right.map(({ owner, blockClass, unordered }) => {
          if (unordered) return blockClass;
          const own = Math.max(latest.get(owner) ?? 0, blockClass);
          latest.set(owner, own);
          return own;
        });
        expect(classes).toEqual([...classes].sort((a, b) => a - b));
        for (const blockClass of [1, 2, 3]) {
          const places = right.filter((_, i) => classes[i] === blockClass).map((s) => s.owner);
          const visits = places.filter((owner, i) => owner !== places[i - 1]);
          expect(new Set(visits).size).toBe(visits.length);
          if (visits.includes('poor')) expect(visits.at(-1)).toBe('poor');
        }
      }),
    );
  });

  test('draws another order of owners from another seed, each as often as any other', () => {
    const reads = ['a', 'b', 'c'].map((owner, id) =>
      readSentAs(id, { owner, blockClass: 3, sequence: 0, unordered: false }),
    );
    const first = Array.from({ length: 256 }, (_, seed) => orderTxs(reads, lottery(seed))[0]!.hash);
    for (const { hash } of reads) {
      const often = first.filter((name) => name === hash).length;
      expect(often).toBeGreaterThan(55);
      expect(often).toBeLessThan(116);
    }
  });
});

describe('a proposal', () => {
  let chain: TestChain;
  let series: string;
  beforeEach(async () => {
    chain = await TestChain.start({ users: ['alice', 'bob', 'carol', 'dave'], alone: true });
    for (let i = 0; i < 4; i++) await chain.block();
    const deposits = ['alice', 'bob', 'carol'].map((name) => deposit(name, 20_000));
    await chain.block({ txs: [...deposits, deposit('dave', 500)] });
    series = seriesOf(chain, 'BTC').find(({ symbol }) => symbol.endsWith('-C'))!.symbol;
  });
  afterEach(() => chain.close());

  const deposit = (name: string, usd: number) =>
    chain.sign(chain.user(name), [depositMsg(chain.user(name), usd)], FEE);
  const sign = (name: string, msg: AnyMsg, options: Partial<TxOptions> = {}) =>
    chain.sign(chain.user(name), [msg], options);
  const order = (name: string, postOnly: PostOnly = PostOnly.POST_ONLY_NONE) =>
    orderMsg(chain.user(name), { series, side: Side.SIDE_BUY, size: 0.1, price: 50 }, { postOnly });
  const cancelMsg = (name: string) =>
    anyOf(MsgCancelAll, {
      ...{ sender: chain.user(name).address, subaccount: 0 },
      ...{ series: '', underlying: '', expirySeconds: 0n },
    });

  /** Six, of all classes, with a sender's own sequence, and one whose owner has no place. */
  function six() {
    const taker = sign('alice', order('alice'));
    const late = sign('alice', cancelMsg('alice'), { sequence: 2n });
    const maker = sign('bob', order('bob', PostOnly.POST_ONLY_REJECT));
    const cancel = sign('carol', cancelMsg('carol'));
    const free = sign('bob', cancelMsg('bob'), {
      ...{ sequence: 0n, unorderedUntilMs: chain.timeMs + 60_000 },
    });
    const poor = sign('dave', order('dave'));
    return { taker, late, maker, cancel, free, poor };
  }

  test('is in order: cancels, makers, takers, whatever came first', () => {
    const { taker, late, maker, cancel, free, poor } = six();
    const [, ...block] = proposal(chain, [poor, taker, late, maker, cancel, free]);
    const cancels = ordered(chain, [cancel, free]);
    expect(block).toEqual([...cancels, maker, taker, late, poor]);
    expect(block).toEqual(ordered(chain, [late, taker, cancel, poor, maker, free]));
  });

  test('in any other of its 720 orders is rejected', () => {
    const txs = Object.values(six());
    const [votes, ...right] = proposal(chain, txs);
    const accepted = permutations(txs).filter(
      (block) => verdict(chain, [votes!, ...block]) === Status.ACCEPT,
    );
    expect(accepted).toEqual([right]);
  });

  test('has a batch where the latest of its actions belongs', () => {
    const batchOf = (name: string, ...actions: BatchAction[]) =>
      sign(name, anyOf(MsgBatch, { sender: chain.user(name).address, subaccount: 0, actions }));
    const named = { sender: '', subaccount: 0, orderId: 9n, clientOrderId: '' };
    const cancel = { cancel: named };
    const cut = { replace: { ...named, priceUusd: 0n, quantity: 100n } };
    const move = { replace: { ...named, priceUusd: 50_000_000n, quantity: 0n } };
    const [cancels, cuts, moves] = [
      batchOf('alice', cancel, cancel),
      batchOf('bob', cancel, cut),
      batchOf('carol', move, cancel),
    ];
    expect(ordered(chain, [moves, cuts, cancels])).toEqual([cancels, cuts, moves]);
  });

  test('may leave out what it wants: the rest has an order of its own', () => {
    const [votes, ...right] = proposal(chain, Object.values(six()));
    for (let without = 0; without < right.length; without++) {
      const block = right.filter((_, i) => i !== without);
      expect(verdict(chain, [votes!, ...ordered(chain, block)])).toBe(Status.ACCEPT);
    }
  });

  test('puts what several have signed at its end, and what follows it into the next', () => {
    const [alice, bob] = [chain.user('alice'), chain.user('bob')];
    const first = sign('alice', order('alice'));
    const follows = sign('alice', cancelMsg('alice'), { sequence: 3n });
    const both = alice.signTx([sendMsg(alice, bob), sendMsg(bob, alice)], {
      ...{ chainId: 'tenor-test-1', accountNumber: 0n, sequence: 2n },
      ...FEE,
    });
    const [, ...block] = proposal(chain, [first, both, follows, sign('carol', order('carol'))]);
    expect(block).toHaveLength(3);
    expect(block.at(-1)).toEqual(both);
  });

  test('is drawn anew for every block, from the hash of the one before', async () => {
    const names = ['alice', 'bob', 'carol'];
    const orders = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const txs = names.map((name) => sign(name, cancelMsg(name)));
      const [, ...block] = proposal(chain, txs);
      orders.add(block.map((tx) => names[txs.findIndex((t) => Buffer.from(tx).equals(t))]).join());
      await chain.block();
    }
    expect(orders.size).toBeGreaterThan(2);
  });

  test('gives a place of their own to owners who hold enough before the block', async () => {
    const { minPlaceUusd } = accountsParams.get(viewOfLast(chain));
    await chain.block({ txs: [deposit('dave', Number(minPlaceUusd / 1_000_000n) - 500)] });
    const firsts = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const txs = ['alice', 'dave'].map((name) => sign(name, order(name)));
      const [, first] = proposal(chain, txs);
      firsts.add(Buffer.from(first!).equals(txs[0]!) ? 'alice' : 'dave');
      await chain.block();
    }
    expect([...firsts].sort()).toEqual(['alice', 'dave']);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]),
  );
}
