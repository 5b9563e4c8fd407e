import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MsgSend } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { startTestnet } from '../../../testnet/network.ts';
import type { Testnet } from '../../../testnet/network.ts';
import { freePortOffset } from '../../../testnet/ports.ts';
import type { Markets } from '../../e2e/answers.ts';
import { NodeClient } from '../../e2e/client.ts';
import { UserKey, anyOf } from '../../harness/keys.ts';
import type { AnyMsg } from '../../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../../harness/trading.ts';
import { cpuSeconds } from './cpu.ts';
import { runLoad } from './load.ts';
import type { Lane } from './load.ts';

const GENESIS_COINS = [
  { denom: 'utenor', amount: '1000000000000' },
  { denom: 'uusd', amount: '1000000000000' },
];
const DEPOSIT_USD = 900_000;
const CHAIN_ID = 'tenor-local-1';
/** A week ahead, so that nothing expires during a run. */
const MIN_LIFE_SECONDS = 5 * 86_400;
const SERIES = 40;
export const LANES = 8;

interface Market {
  readonly symbol: string;
  readonly markUsd: number;
}

interface Trader {
  readonly key: UserKey;
  readonly accountNumber: bigint;
  sequence: bigint;
}

/** A Tenor network with accounts to load it from; feeders and prices as always. */
export class TenorNetwork {
  readonly testnet: Testnet;
  readonly #dir: string;
  readonly #traders: Trader[];
  #markets: Market[] = [];

  private constructor(testnet: Testnet, dir: string, traders: Trader[]) {
    this.testnet = testnet;
    this.#dir = dir;
    this.#traders = traders;
  }

  static async start(
    validators: number,
    blockTimeMs: number,
    accounts: number,
  ): Promise<TenorNetwork> {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-bench-'));
    const keys = Array.from({ length: accounts }, (_, i) => new UserKey(`load ${i}`));
    const genesisAccounts = keys.map(({ address }) => ({ address, coins: GENESIS_COINS }));
    const portOffset = await freePortOffset(validators);
    const testnet = await startTestnet({
      dir,
      validators,
      blockTimeMs,
      portOffset,
      genesisAccounts,
    });
    try {
      const traders = await Promise.all(keys.map((key) => traderOf(testnet, key)));
      return new TenorNetwork(testnet, dir, traders);
    } catch (error) {
      await testnet.stop();
      throw error;
    }
  }

  get rpcs(): string[] {
    return this.testnet.nodes.map(({ rpc }) => rpc);
  }

  /** Seconds of CPU so far, of all applications and of all engines. */
  cpuSeconds(): { app: number; engine: number } | undefined {
    const pids = this.testnet.nodes.map((node) => node.pids);
    const app = cpuSeconds(pids.map((p) => p.app));
    const engine = cpuSeconds(pids.map((p) => p.engine));
    return app === undefined || engine === undefined ? undefined : { app, engine };
  }

  /** Gives every trader's subaccount its collateral, and learns the series to trade. */
  async prepareTrading(): Promise<void> {
    await runLoad({
      lanes: this.lanes(1, ({ key }) => [depositMsg(key, DEPOSIT_USD)], FEE),
      ownTxsPerBlock: 1,
    });
    const node = new NodeClient(this.testnet.nodes[0]!);
    const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=500');
    const enough = Date.now() / 1_000 + MIN_LIFE_SECONDS;
    this.#markets = markets
      .filter((m) => m.mark !== null && Number(m.expirySeconds) > enough)
      .map((m) => ({ symbol: m.symbol, markUsd: Number(m.mark!.markUusd) / 1e6 }))
      .filter(({ markUsd }) => markUsd > 200)
      .slice(0, SERIES);
    if (this.#markets.length === 0) throw new Error('no series to trade');
  }

  /**
   * Signed transactions, `perTrader` from each, as lanes that keep each trader's order; `msgsOf`
   * gives the messages of the n-th one.
   */
  lanes(
    perTrader: number,
    msgsOf: (trader: { key: UserKey }, n: number) => AnyMsg[],
    fee: Partial<typeof FEE> = {},
  ): Lane[] {
    const { rpcs } = this;
    const lanes = Array.from({ length: LANES }, (_, i) => {
      return { rpc: rpcs[i % rpcs.length]!, txs: [] as Uint8Array[] };
    });
    for (let n = 0; n < perTrader; n++) {
      this.#traders.forEach((trader, i) => {
        const { accountNumber, key } = trader;
        const options = { chainId: CHAIN_ID, accountNumber, sequence: trader.sequence, ...fee };
        trader.sequence += 1n;
        lanes[i % lanes.length]!.txs.push(key.signTx(msgsOf(trader, n), options));
      });
    }
    return lanes;
  }

  sends(perTrader: number): Lane[] {
    const toAddress = this.#traders[0]!.key.address;
    return this.lanes(
      perTrader,
      ({ key }) => [
        anyOf(MsgSend, {
          fromAddress: key.address,
          toAddress,
          amount: [{ denom: 'utenor', amount: '1' }],
        }),
      ],
      FEE,
    );
  }

  /** Orders near the marks on both sides: about a third of them trade, the rest rests. */
  orders(perTrader: number, perTx: number): Lane[] {
    let count = 0;
    return this.lanes(perTrader, ({ key }) =>
      Array.from({ length: perTx }, () => this.#order(key, count++)),
    );
  }

  #order(key: UserKey, n: number): AnyMsg {
    const { symbol, markUsd } = this.#markets[n % this.#markets.length]!;
    const isBuy = (Math.imul(n, 2_654_435_761) >>> 16) % 2 === 0;
    const away = (((Math.imul(n, 40_503) >>> 8) % 30) - 10) / 1_000;
    const price = Math.round((markUsd * (isBuy ? 1 - away : 1 + away)) / 5) * 5;
    const side = isBuy ? Side.SIDE_BUY : Side.SIDE_SELL;
    return orderMsg(key, { series: symbol, side, size: 0.1, price });
  }

  async stop(): Promise<void> {
    await this.testnet.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

async function traderOf(testnet: Testnet, key: UserKey): Promise<Trader> {
  const node = new NodeClient(testnet.nodes[0]!);
  const { accountNumber, sequence } = await node.account(key.address);
  return { key, accountNumber, sequence };
}
