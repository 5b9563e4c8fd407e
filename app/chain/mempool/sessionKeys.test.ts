import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import { MessageClass, MsgGrantSession } from '../../../proto/gen/tenor.sessions.v1.ts';
import { TestChain } from '../../../test/harness/chain.ts';
import { UserKey, anyOf } from '../../../test/harness/keys.ts';
import { FEE, Side, orderMsg } from '../../../test/harness/trading.ts';

const bot = new UserKey('bot');
let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.start({
    alone: true,
    genesis: (state) => {
      const { params } = state['accounts'] as { params: Record<string, unknown> };
      const actions = { actionsPerMinute: 60, actionBurst: 40, openOrders: 100 };
      const cancels = { cancelsPerMinute: 60, cancelBurst: 150 };
      const limits = [{ minEquityUusd: '0', ...actions, ...cancels, quotes: 0, triggers: 0 }];
      Object.assign(params, { limits, failureCost: 1 });
    },
  });
  await chain.block();
});
afterEach(() => chain.close());

test('an owner and its session key send side by side, each by its own sequence', async () => {
  const alice = chain.user('alice');
  const message = anyOf(MsgGrantSession, {
    ...{ sender: alice.address, key: bot.address, subaccounts: [0], underlyings: [] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER],
    expiresSeconds: BigInt(Math.floor(chain.timeMs / 1_000)) + 3_600n,
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
  });
  const grant = chain.sign(alice, [message], { ...FEE, sequence: 0n });
  const { txResults } = await chain.block({ txs: [grant], unchecked: true });
  expect(txResults.at(-1)).toMatchObject({ code: 0 });

  const order = orderMsg(alice, { series: 'BTC-NONE', side: Side.SIDE_BUY, size: 1, price: 5 });
  const byAlice = (sequence: bigint) => chain.sign(alice, [order], { sequence });
  const byBot = (sequence: bigint) => chain.sign(bot, [order], { sequence });
  const waiting: Uint8Array[] = [];
  const offer = (tx: Uint8Array): string => {
    const { code, codespace } = chain.node.app.checkTx({ tx, type: CheckTxType.NEW });
    if (code === 0) waiting.push(tx);
    return `${codespace}/${code}`;
  };
  // Mixed, over several blocks; both draw on Alice's allowance, which ends after forty.
  for (let i = 0n; i < 18n; i++) {
    expect([offer(byBot(i)), offer(byAlice(i + 1n))]).toEqual(['/0', '/0']);
    if (i % 6n === 5n) {
      const txs = waiting.splice(0, 7);
      const block = await chain.block({ txs, unchecked: true });
      const codes = block.txResults.slice(-txs.length);
      expect(codes.filter(({ codespace }) => codespace === 'sdk')).toEqual([]);
    }
  }
  expect(offer(byBot(30n))).toBe('sdk/32');
  const drawn = Array.from({ length: 8 }, (_, i) => offer(byBot(18n + BigInt(i))));
  expect(drawn).toContain('runtime/2');
});
