import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MsgSend } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { startTestnet } from '../../../testnet/network.ts';
import type { Testnet } from '../../../testnet/network.ts';
import { freePortOffset } from '../../../testnet/ports.ts';
import type { Markets } from '../../e2e/answers.ts';
import { NodeClient, control } from '../../e2e/client.ts';
import { UserKey, anyOf } from '../../harness/keys.ts';
import type { AnyMsg } from '../../harness/keys.ts';
import { FEE, depositMsg } from '../../harness/trading.ts';
import { childrenOf, cpuSeconds } from './cpu.ts';
import type { Cpu } from './cpu.ts';
import { runLoad } from './load.ts';
import type { Lane } from './load.ts';
import { flowMarkets, flowOrder } from './orderFlow.ts';
import type { FlowMarket } from './orderFlow.ts';
import { signedLanes } from './signedLanes.ts';
import type { Amount, Fee, Trader } from './signedLanes.ts';

/** What a wallet asks for after simulating a send: blocks have room by the gas that is wanted. */
const SEND_FEE = { gasLimit: 15_000n, fee: [{ denom: 'utenor', amount: '15' }] };

const GENESIS_COINS = [
  { denom: 'utenor', amount: '1000000000000' },
  { denom: 'uusd', amount: '1000000000000' },
];
const DEPOSIT_USD = 900_000;
const CHAIN_ID = 'tenor-local-1';
/** A week ahead, so that nothing expires during a run. */
const MIN_LIFE_SECONDS = 5 * 86_400;
/** Prices that stand still: what was inside the band when it was signed still is. */
const HELD = [
  { underlying: 'BTC', price: '64000' },
  { underlying: 'ETH', price: '3200' },
];

/** What REST says of a series, with the band in which orders are taken. */
interface Banded {
  readonly mark: { readonly bandLowUusd: string; readonly bandHighUusd: string };
}

/** A Tenor network with accounts to load it from; feeders and prices as always. */
export class TenorNetwork {
  readonly testnet: Testnet;
  readonly #dir: string;
  readonly #traders: Trader[];
  readonly #node: NodeClient;
  #markets: FlowMarket[] = [];
  #orders = 0;

  private constructor(testnet: Testnet, dir: string, traders: Trader[]) {
    this.testnet = testnet;
    this.#dir = dir;
    this.#traders = traders;
    this.#node = new NodeClient(testnet.nodes[0]!);
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
    return new TenorNetwork(
      testnet,
      dir,
      keys.map((key) => ({ key, address: key.address })),
    );
  }

  get rpcs(): string[] {
    return this.testnet.nodes.map(({ rpc }) => rpc);
  }

  /** Seconds of CPU so far, by what used it: of all nodes together, and of the market. */
  cpuSeconds(): Cpu | undefined {
    const { nodes, market } = this.testnet;
    const pids = nodes.map((node) => node.pids);
    const apps = pids.map(({ app }) => app);
    const parts = {
      app: cpuSeconds(apps),
      read: cpuSeconds(childrenOf(apps)),
      engine: cpuSeconds(pids.map(({ engine }) => engine)),
      feeder: cpuSeconds(pids.map(({ feeder }) => feeder)),
      market: cpuSeconds([market.pid]),
    };
    return Object.values(parts).includes(undefined) ? undefined : (parts as Cpu);
  }

  /** Holds the prices, and gives every trader's subaccount its collateral. */
  async prepareTrading(): Promise<void> {
    for (const { underlying, price } of HELD) {
      await control(this.testnet.market.url, { underlying, price });
    }
    const deposit = ({ key }: Trader) => [depositMsg(key, DEPOSIT_USD)];
    const lanes = await this.lanes({ ...this.#all, each: 1 }, deposit, FEE);
    const { work } = await runLoad({ lanes, ownTxsPerBlock: 1 });
    if (work.accepted < this.#traders.length) {
      throw new Error(`deposits were refused: ${JSON.stringify(work.refused)}`);
    }
  }

  /** A series that trades, and an account that trades it. */
  get known(): { symbol: string; address: string } {
    return { symbol: this.#markets[0]!.symbol, address: this.#traders[0]!.key.address };
  }

  get addresses(): readonly string[] {
    return this.#traders.map(({ key }) => key.address);
  }

  get #all(): { traders: number } {
    return { traders: this.#traders.length };
  }

  /** The series to trade, with marks and bands as they are now. */
  async #readMarkets(): Promise<void> {
    const { markets } = await this.#node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=500');
    const enough = Date.now() / 1_000 + MIN_LIFE_SECONDS;
    const lasting = markets.filter((m) => m.mark !== null && Number(m.expirySeconds) > enough);
    this.#markets = flowMarkets(lasting.map(marketOf));
  }

  /** Signed transactions; `msgsOf` gives the messages of each trader's n-th one. */
  lanes(
    { traders, each }: Amount,
    msgsOf: (trader: Trader) => AnyMsg[],
    fee: Fee = {},
  ): Promise<Lane[]> {
    const senders = this.#traders.slice(0, traders);
    const { rpcs } = this;
    return signedLanes({ chainId: CHAIN_ID, node: this.#node, rpcs, senders, each, msgsOf, fee });
  }

  sends(amount: Amount): Promise<Lane[]> {
    const toAddress = this.#traders[0]!.key.address;
    const coins = [{ denom: 'utenor', amount: '1' }];
    const send = ({ address }: Trader) => [
      anyOf(MsgSend, { fromAddress: address, toAddress, amount: coins }),
    ];
    return this.lanes(amount, send, SEND_FEE);
  }

  /** Orders near the marks on both sides: about a third of them trade, the rest rests. */
  async orders(amount: Amount, perTx: number): Promise<Lane[]> {
    await this.#readMarkets();
    return this.lanes(amount, ({ key }) =>
      Array.from({ length: perTx }, () => flowOrder(this.#markets, key, this.#orders++)),
    );
  }

  async stop(): Promise<void> {
    await this.testnet.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function marketOf({ symbol, mark }: Markets['markets'][number]): FlowMarket {
  const { markUusd, bandLowUusd, bandHighUusd } = mark as Banded['mark'] & { markUusd: string };
  return {
    symbol,
    markUsd: Number(markUusd) / 1e6,
    bandLowUsd: Number(bandLowUusd) / 1e6,
    bandHighUsd: Number(bandHighUusd) / 1e6,
  };
}
