import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keySigner, queries } from '../client/index.ts';
import { MessageClass, MsgGrantSession } from '../proto/gen/tenor.sessions.v1.ts';
import { Rpc } from '../test/e2e/rpcClient.ts';
import { TestChain } from '../test/harness/chain.ts';
import type { ChainOptions } from '../test/harness/chain.ts';
import { ChainRpc } from '../test/harness/chainRpc.ts';
import { anyOf } from '../test/harness/keys.ts';
import { TestReadSide } from '../test/harness/streams.ts';
import { FEE, Side, depositMsg, markOf, orderMsg, seriesOf } from '../test/harness/trading.ts';
import { Gateway } from './gateway.ts';
import type { GatewayOptions } from './gateway.ts';
import type { Query } from '../client/queries.ts';

/** Between blocks, by this program's clock. */
const PAUSE_MS = 50;
const credentials = { clientId: 'the-id-1', clientSecret: 'the-secret', sessionKey: null };

export interface TestOrder {
  readonly order_id: string;
  readonly order_state: string;
  readonly filled_amount: number;
}
export interface TestPlaced {
  readonly order: TestOrder;
  readonly trades: readonly object[];
}

/**
 * A gateway of alice on a chain of this process with its read side, of which blocks come as fast as
 * they are made; around a call's mark bob quotes on both sides.
 */
export class TestGateway {
  readonly chain: TestChain;
  readonly node: ChainRpc;
  readonly log: { kind: string }[] = [];
  readonly credentials = credentials;
  /** The call, as the chain has it, and as bots do. */
  readonly symbol: string;
  readonly name: string;
  readonly mark: number;
  gateway!: Gateway;
  /** Of an engine that has no room for them: transactions wait here while it is not null. */
  aside: Uint8Array[] | null = null;
  /** Where it keeps labels. */
  readonly labelsPath: string;
  /** Between blocks, by the chain's clock. */
  afterMs = 250;
  /** A block only where something waits for one. */
  isOnDemand = false;
  readonly #readSide: TestReadSide;
  readonly #dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  readonly #options: GatewayOptions;
  readonly #blocks: Promise<void>;
  #isOver = false;

  private constructor(chain: TestChain, node: ChainRpc, url: string, readSide: TestReadSide) {
    this.chain = chain;
    this.node = node;
    this.#readSide = readSide;
    const calls = seriesOf(chain, 'BTC').filter(({ symbol }) => symbol.endsWith('-C'));
    this.symbol = calls[0]!.symbol;
    this.name = this.symbol.replace('BTC-', 'BTC_USDC-');
    this.mark = markOf(chain, this.symbol);
    this.labelsPath = join(this.#dir, 'labels');
    this.#options = {
      ...{ url, streamUrl: readSide.streamUrl, subaccount: 0, credentials, port: 0 },
      signer: { ...botKey(), owner: chain.user('alice').address },
      labelsPath: this.labelsPath,
      log: (entry) => this.log.push(entry),
    };
    this.#blocks = this.#makeBlocks();
  }

  static async start(options: Pick<ChainOptions, 'genesis'> = {}): Promise<TestGateway> {
    const chain = await TestChain.start({ alone: true, users: ['alice', 'bob'], ...options });
    const node = new ChainRpc(chain);
    const url = await node.listen();
    const readSide = await TestReadSide.start(chain.node);
    for (let i = 0; i < 8; i++) await node.block();
    await prepare(chain, node);
    const test = new TestGateway(chain, node, url, readSide);
    await test.open();
    return test;
  }

  /** Again, with what the last one left in its files. */
  async open(more: Partial<GatewayOptions> = {}): Promise<void> {
    this.gateway = await Gateway.open({ ...this.#options, ...more });
  }

  async close(): Promise<void> {
    await this.gateway.close();
    this.#isOver = true;
    await this.#blocks;
    await this.#readSide.close();
    await this.node.close();
    await this.chain.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** What it said of faults of its own. */
  faults(): object[] {
    return this.log.filter(({ kind }) => kind === 'fault');
  }

  async authorized(): Promise<Rpc> {
    const rpc = await Rpc.connect(`ws://127.0.0.1:${this.gateway.port}/ws/api/v2`);
    const { clientId: client_id, clientSecret: client_secret } = credentials;
    await rpc.call('public/auth', { grant_type: 'client_credentials', client_id, client_secret });
    return rpc;
  }

  /** What the last state says, whether the gateway reaches the node or not. */
  ask<Q, R>({ path, request, response }: Query<Q, R>, message: Q): R {
    return this.chain.query(path, request, response, message);
  }

  /** Of alice: orders that rest, her quotes, and the switch. */
  resting() {
    const who = { owner: this.chain.user('alice').address, subaccount: 0 };
    const { quotes } = this.ask(queries.quotes, { ...who, group: '' });
    const { orders } = this.ask(queries.orders, who);
    const { deadManSwitch = null } = this.ask(queries.quoteGroups, who);
    return { orders: orders.length, quotes: quotes.length, deadManSwitch };
  }

  /** Until so many more blocks are there. */
  async blocks(count: number): Promise<void> {
    const { height } = this.chain;
    while (this.chain.height < height + count) await sleep(10);
  }

  /** So much time of the chain's, in steps that are no outage. */
  async pass(seconds: number): Promise<void> {
    const untilMs = this.chain.timeMs + seconds * 1_000;
    this.afterMs = 10_000;
    while (this.chain.timeMs < untilMs) await sleep(10);
    this.afterMs = 250;
    await this.blocks(2);
  }

  async #makeBlocks(): Promise<void> {
    while (!this.#isOver) {
      if (this.isOnDemand && this.node.waiting.length === 0) {
        await sleep(10);
        continue;
      }
      this.aside?.push(...this.node.waiting.splice(0));
      await this.node.block({ afterMs: this.afterMs });
      await sleep(PAUSE_MS);
    }
  }
}

const botKey = () => keySigner(createHash('sha256').update('a bot of alice').digest());

/** Money, a session for the bot, and bob's orders around the mark. */
async function prepare(chain: TestChain, node: ChainRpc): Promise<void> {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const grant = {
    ...{ sender: alice.address, key: botKey().address, subaccounts: [0], underlyings: [] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE],
    expiresSeconds: BigInt(Math.floor(chain.timeMs / 1_000) + 86_400),
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
  };
  const first = [depositMsg(alice, 200_000), anyOf(MsgGrantSession, grant)];
  node.waiting.push(
    chain.sign(alice, first, FEE),
    chain.sign(bob, [depositMsg(bob, 500_000)], FEE),
  );
  await node.block();
  const { symbol } = seriesOf(chain, 'BTC').find((series) => series.symbol.endsWith('-C'))!;
  for (const [side, factor] of [
    [Side.SIDE_BUY, 0.95],
    [Side.SIDE_SELL, 1.05],
  ] as const) {
    const price = Math.round((markOf(chain, symbol) * factor) / 10) * 10;
    node.waiting.push(chain.sign(bob, [orderMsg(bob, { series: symbol, size: 5, price, side })]));
    await node.block();
  }
}
