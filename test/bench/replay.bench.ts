import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TestChain } from '../harness/chain.ts';
import type { UserKey } from '../harness/keys.ts';
import { TestNode } from '../harness/node.ts';
import { FEE, Side, depositMsg, markOf, orderMsg, seriesOf } from '../harness/trading.ts';
import type { Emit } from './figure.ts';

export const name = 'replay';

/** Orders a block. */
const SIZES = [0, 10, 40];
/** Milliseconds from block to block: what a network of today's engine settings does. */
const INTERVAL_MS = 300;
const WARM_UP_BLOCKS = 60;
const BLOCKS = 240;
/** Blocks without orders between two looks at memory. */
const IDLE_BLOCKS = 500;
const LOOKS = 5;
const REFUSED_MAX = 0.01;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A chain of blocks with so many orders, half of which trade at once. */
async function record(orders: number): Promise<TestChain> {
  const users = Array.from({ length: orders }, (_, i) => `trader${i}`);
  const chain = await TestChain.start({ alone: true, users });
  for (let i = 0; i < 4; i++) await chain.block({ afterMs: INTERVAL_MS });
  const traders = [...chain.users.values()];
  const deposits = traders.map((user) => chain.sign(user, [depositMsg(user, 100_000)], FEE));
  await chain.block({ txs: deposits, afterMs: INTERVAL_MS });
  const calls = seriesOf(chain, 'BTC').filter(({ symbol }) => symbol.endsWith('-C'));
  const series = calls[calls.length >> 1]!.symbol;
  let [sent, refused] = [0, 0];
  for (let block = 0; block < WARM_UP_BLOCKS + BLOCKS; block++) {
    const price = Math.max(5, Math.round(markOf(chain, series) / 5) * 5);
    const order = (user: UserKey, i: number) => {
      const side = (i + block) % 2 === 0 ? Side.SIDE_SELL : Side.SIDE_BUY;
      return chain.sign(user, [orderMsg(user, { series, side, size: 0.01, price })]);
    };
    const { txResults } = await chain.block({ txs: traders.map(order), afterMs: INTERVAL_MS });
    sent += orders;
    refused += txResults.filter(({ code }) => code !== 0).length;
  }
  if (refused > REFUSED_MAX * sent) throw new Error(`${refused} of ${sent} orders were refused`);
  return chain;
}

/** CPU ms a block takes to execute, commit and write, once the code is warm. */
async function replay(chain: TestChain): Promise<number> {
  const node = await TestNode.create(false);
  try {
    node.app.initChain(chain.initChain());
    let startMs = 0;
    const first = chain.decided.length - BLOCKS;
    for (const [i, block] of chain.decided.entries()) {
      if (i === first) startMs = cpuMs();
      node.app.finalizeBlock(block);
      await node.app.commit();
    }
    return (cpuMs() - startMs) / BLOCKS;
  } finally {
    await node.close();
  }
}

/** Bytes that stay, a thousand blocks, of a node whose users do nothing. */
async function growth(): Promise<{ perThousand: number; atStart: number }> {
  const chain = await TestChain.start({ alone: true });
  const used: number[] = [];
  for (let look = 0; look <= LOOKS; look++) {
    for (let i = 0; i < IDLE_BLOCKS; i++) {
      await chain.block({ afterMs: INTERVAL_MS });
      // What the chain of tests keeps for itself is none of the application's.
      chain.decided.length = 0;
    }
    collect();
    used.push(process.memoryUsage().heapUsed);
  }
  await chain.close();
  const [atStart] = used as [number];
  return { perThousand: ((used.at(-1)! - atStart) * 1000) / (LOOKS * IDLE_BLOCKS), atStart };
}

/**
 * Blocks from genesis, as a node that joins executes them without peers: how much faster than they
 * were made, in CPU time, and what memory does.
 */
export async function run(emit: Emit): Promise<void> {
  for (const orders of SIZES) {
    const chain = await record(orders);
    const ms = await replay(chain);
    await chain.close();
    const peer = `made every ${INTERVAL_MS} ms`;
    emit({ name: `replay, ${orders} orders a block`, value: ms, unit: 'ms CPU a block' });
    emit({
      name: `replay against real time, ${orders} orders a block`,
      ...{ value: INTERVAL_MS / ms, unit: 'times', peer, ratio: INTERVAL_MS / ms },
    });
  }
  const { perThousand, atStart } = await growth();
  emit({ name: 'heap, idle chain', value: atStart / 1e6, unit: 'MB' });
  emit({ name: 'heap growth, idle chain', value: perThousand / 1e3, unit: 'KB a 1000 blocks' });
}
