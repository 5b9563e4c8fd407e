import { readFileSync, writeFileSync } from 'node:fs';
import { RequestFinalizeBlock, RequestInitChain } from 'cosmjs-types/tendermint/abci/types';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import { FEE, Side, depositMsg, markOf, orderMsg, seriesOf } from '../harness/trading.ts';
import { Random } from './random.ts';

/** A chain as the engine decided it, and the app hash that every one of its nodes had. */
export interface Recording {
  readonly init: RequestInitChain;
  /** The block of height 1 first. */
  readonly blocks: readonly { readonly request: RequestFinalizeBlock; readonly hash: string }[];
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Makes blocks of deposits, sends, orders and trades on the nodes of the agreement set. */
export async function record(height: number): Promise<Recording> {
  let init: RequestInitChain | undefined;
  const blocks: { request: RequestFinalizeBlock; hash: string }[] = [];
  const chain = await TestChain.start({
    observe: {
      initChain: (request) => (init = request),
      decided: (request, { appHash }) => blocks.push({ request, hash: hexOf(appHash) }),
    },
  });
  try {
    for (let i = 0; i < 4; i++) await chain.block();
    const [alice, bob] = [chain.user('alice'), chain.user('bob')];
    const deposits = [alice, bob].map((user) => chain.sign(user, [depositMsg(user, 90_000)], FEE));
    await chain.block({ txs: deposits });
    const random = new Random(1);
    while (chain.height < height) await chain.block({ txs: tradingTxs(chain, random) });
  } finally {
    await chain.close();
  }
  return { init: init!, blocks };
}

/** An order of each on a series of their choice, and now and then a payment. */
function tradingTxs(chain: TestChain, random: Random): Uint8Array[] {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const { symbol: series } = random.pick(seriesOf(chain, 'BTC').slice(0, 12));
  const price = Math.max(5, Math.round(markOf(chain, series) / 5) * 5 + 5 * (random.below(3) - 1));
  const sell = orderMsg(alice, { series, side: Side.SIDE_SELL, size: 0.01, price });
  const buy = orderMsg(bob, { series, side: Side.SIDE_BUY, size: 0.01, price });
  const amount = [{ denom: 'uusd', amount: String(1 + random.below(1_000)) }];
  const send = anyOf(MsgSend, { fromAddress: alice.address, toAddress: bob.address, amount });
  return [
    chain.sign(alice, random.below(2) === 0 ? [sell, send] : [sell], FEE),
    chain.sign(bob, [buy]),
  ];
}

interface Stored {
  init: string;
  blocks: { request: string; hash: string }[];
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export function writeRecording(path: string, { init, blocks }: Recording): void {
  const stored: Stored = {
    init: base64(RequestInitChain.encode(init).finish()),
    blocks: blocks.map(({ request, hash }) => ({
      request: base64(RequestFinalizeBlock.encode(request).finish()),
      hash,
    })),
  };
  writeFileSync(path, JSON.stringify(stored));
}

export function readRecording(path: string): Recording {
  const { init, blocks } = JSON.parse(readFileSync(path, 'utf8')) as Stored;
  return {
    init: RequestInitChain.decode(Buffer.from(init, 'base64')),
    blocks: blocks.map(({ request, hash }) => ({
      request: RequestFinalizeBlock.decode(Buffer.from(request, 'base64')),
      hash,
    })),
  };
}
