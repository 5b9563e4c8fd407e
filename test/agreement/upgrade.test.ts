import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyMsg } from '../harness/keys.ts';
import { anyOf } from '../harness/keys.ts';
import { Execution, codeOf } from '../harness/execution.ts';
import { NEXT, createNextRegistry } from '../harness/nextProgram.ts';
import { TestChain } from '../harness/chain.ts';
import { TestNode } from '../harness/node.ts';
import { FEE } from '../harness/trading.ts';
import * as pb from '../../proto/gen/tenor.runtime.v1.ts';
import { createRegistry } from '../../app/modules/index.ts';
import { viewOf } from '../../app/runtime/context.ts';
import { WrongProgram } from '../../app/runtime/upgrade/index.ts';
import { validators } from '../../app/modules/staking/state.ts';

const scheduleMsg = (authority: string, height: number, name = NEXT): AnyMsg =>
  anyOf(pb.MsgScheduleUpgrade, { authority, plan: { name, height: BigInt(height), info: '' } });

test('nodes that change programs at the height agree, and one that replays with both', async () => {
  const chain = await TestChain.start();
  const late = await TestNode.create();
  try {
    for (let i = 0; i < 3; i++) await chain.block();
    const { authority } = chain;
    const height = chain.height + 4;
    const tx = chain.sign(authority, [scheduleMsg(authority.address, height)], FEE);
    await chain.block({ txs: [tx] });
    while (chain.height < height - 1) await chain.block();
    // Nothing is executed by the program that does not know the plan.
    await expect(chain.block()).rejects.toThrow(WrongProgram);
    await chain.switchTo(createNextRegistry);
    for (let i = 0; i < 4; i++) await chain.block();
    const header = { chainId: '', height, timeMs: 0, proposer: new Uint8Array(0) };
    const moved = [...validators.entries(viewOf(chain.node.store.working, header))].map(
      ([, v]) => v.moniker,
    );
    expect(moved.sort((a, b) => (a < b ? -1 : 1))[0]).toBe(`validator0 of ${NEXT}`);

    late.app.initChain(chain.initChain());
    for (const request of chain.decided) {
      if (Number(request.height) === height) {
        expect(() => late.app.finalizeBlock(request)).toThrow(WrongProgram);
        await late.restart(createNextRegistry);
      }
      late.app.finalizeBlock(request);
      await late.app.commit();
    }
    expect(late.store.committed!.height).toBe(chain.height);
    expect(late.store.committed!.appHash).toEqual(chain.node.store.committed!.appHash);
    // The program before does not take what the next one wrote.
    await expect(late.restart(createRegistry)).rejects.toThrow(/version 2, this program knows 1/);
  } finally {
    await late.close();
    await chain.close();
  }
}, 60_000);

test('a program before its height, or without a plan, is refused at its start', async () => {
  const chain = await TestChain.start();
  try {
    await chain.block();
    await expect(chain.nodes[1]!.restart(createNextRegistry)).rejects.toThrow(
      /staking has version 1, this program needs 2, and no upgrade is due/,
    );
    await chain.nodes[1]!.restart();
    const { authority } = chain;
    const msg = scheduleMsg(authority.address, 50);
    await chain.block({ txs: [chain.sign(authority, [msg], FEE)] });
    await expect(chain.nodes[1]!.restart(createNextRegistry)).rejects.toThrow(
      /comes at height 50, and this program is for it: run the one before until then/,
    );
    await chain.nodes[1]!.restart();
    await chain.block();
  } finally {
    await chain.close();
  }
}, 60_000);

describe('a plan', () => {
  let chain: Execution;
  beforeEach(() => {
    chain = new Execution();
  });

  const send = (msg: AnyMsg, user = chain.authority) => chain.run(chain.sign(user, [msg]));
  const planned = () => {
    const answer = chain.registry.queries.get('/tenor.runtime.v1.Query/CurrentPlan')!;
    return pb.QueryCurrentPlanResponse.decode(answer(chain.view, new Uint8Array(0))).plan;
  };
  const { address } = new Execution().authority;

  test('is replaced by a later one, and dropped', () => {
    expect(codeOf(send(scheduleMsg(address, 100)))).toBe('/0');
    expect(codeOf(send(scheduleMsg(address, 200, 'v3')))).toBe('/0');
    expect(planned()).toEqual({ name: 'v3', height: 200n, info: '' });
    expect(codeOf(send(anyOf(pb.MsgCancelUpgrade, { authority: address })))).toBe('/0');
    expect(planned()).toBeUndefined();
  });

  test.each<[string, () => ReturnType<typeof send>, string]>([
    ['from anyone else', () => send(scheduleMsg(chain.alice.address, 9), chain.alice), 'sdk/4'],
    ['for the past', () => send(scheduleMsg(address, 1)), 'runtime/8'],
    ['for height 0', () => send(scheduleMsg(address, 0)), 'runtime/8'],
    ['without a name', () => send(scheduleMsg(address, 9, '')), 'runtime/8'],
    ['with capitals', () => send(scheduleMsg(address, 9, 'V2')), 'runtime/8'],
    ['too long', () => send(scheduleMsg(address, 9, 'v'.repeat(65))), 'runtime/8'],
    ['that is none', () => send(anyOf(pb.MsgScheduleUpgrade, { authority: address })), 'runtime/8'],
    ['to drop', () => send(anyOf(pb.MsgCancelUpgrade, { authority: address })), 'runtime/8'],
  ])('%s is refused', (_, refused, code) => {
    expect(codeOf(refused())).toBe(code);
    expect(planned()).toBeUndefined();
  });
});
