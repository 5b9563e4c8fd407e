import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keySigner } from '../../client/index.ts';
import { Gateway } from '../../gateway/index.ts';
import { root } from '../../testnet/paths.ts';
import { TestChain } from '../harness/chain.ts';
import { ChainRpc } from '../harness/chainRpc.ts';
import { fundUsers } from '../harness/crisis.ts';
import type { Deposits } from '../harness/crisis.ts';
import { seedOf } from '../harness/keys.ts';
import { TestReadSide } from '../harness/streams.ts';
import { seriesOf } from '../harness/trading.ts';
import { TestBrowser } from './browser.ts';
import type { OpenOptions, Opened } from './browser.ts';

const BLOCK_MS = 1_000;
const TERMINAL = join(root, 'dist', 'terminal');

/**
 * The terminal as it is built, on a chain in this process: its own read side, streams and policy,
 * an engine's RPC to send by, and a browser. Without makers and a network it starts in seconds.
 */
export class ChainStage {
  readonly chain: TestChain;
  readonly readSide: TestReadSide;
  readonly browser: TestBrowser;
  readonly #rpc: ChainRpc;
  readonly #rpcUrl: string;
  readonly #folder: string;
  #isOver = false;
  #blocks: Promise<void> = Promise.resolve();

  private constructor(
    parts: Pick<ChainStage, 'chain' | 'readSide' | 'browser'>,
    rpc: ChainRpc,
    rpcUrl: string,
    folder: string,
  ) {
    this.chain = parts.chain;
    this.readSide = parts.readSide;
    this.browser = parts.browser;
    this.#rpc = rpc;
    this.#rpcUrl = rpcUrl;
    this.#folder = folder;
  }

  /** At the time of this machine, as browsers see it. Blocks begin with `run`. */
  static async start(deposits: Deposits): Promise<ChainStage> {
    const chain = await TestChain.start({ alone: true, startMs: Date.now() });
    await fundUsers(chain, deposits);
    const folder = mkdtempSync(join(tmpdir(), 'tenor-pages-'));
    const accounts = [...chain.users.values()].map(({ name, address }) => {
      const privateKey = Buffer.from(seedOf(`user ${name}`)).toString('hex');
      return { name, address, privateKey };
    });
    const testAccounts = join(folder, 'accounts.json');
    writeFileSync(testAccounts, JSON.stringify(accounts));
    const rpc = new ChainRpc(chain);
    const rpcUrl = await rpc.listen();
    const readSide = await TestReadSide.start(
      chain.node,
      {},
      { files: TERMINAL, testAccounts },
      rpcUrl,
    );
    const browser = await TestBrowser.start();
    return new ChainStage({ chain, readSide, browser }, rpc, rpcUrl, folder);
  }

  /** Makes blocks as a network does, one a second, with what is sent. */
  async run(): Promise<void> {
    await this.readSide.reader.caughtUp();
    this.#blocks = (async () => {
      while (!this.#isOver) {
        await this.#rpc.block();
        await new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
      }
    })();
  }

  /** The calls of BTC, those nearest to the money first; the next expiry comes first. */
  nearCalls(): string[] {
    const distance = ({ strikeUusd }: { strikeUusd: bigint }) =>
      Math.abs(Number(strikeUusd) / 1e6 - this.chain.market.btc);
    return seriesOf(this.chain, 'BTC')
      .filter(({ symbol }) => symbol.endsWith('-C'))
      .toSorted((a, b) => distance(a) - distance(b))
      .map(({ symbol }) => symbol);
  }

  /** A gateway of somebody's, on this chain: close it before the stage stops. */
  gateway(name: string): Promise<Gateway> {
    const { readSide } = this;
    return Gateway.open({
      ...{ url: this.#rpcUrl, streamUrl: readSide.streamUrl, subaccount: 0, port: 0 },
      signer: { ...keySigner(seedOf(`bot of ${name}`)), owner: this.chain.user(name).address },
      credentials: { clientId: 'the-id-1', clientSecret: 'the-secret', sessionKey: null },
      labelsPath: join(this.#folder, 'labels'),
      terminal: TERMINAL,
      log: () => undefined,
    });
  }

  open(hash: string, options: OpenOptions = {}): Promise<Opened> {
    return this.browser.open(`${this.readSide.api.url}/${hash}`, options);
  }

  /** @returns what the read side found wrong with itself: nothing, if all went well */
  async stop(): Promise<readonly object[]> {
    this.#isOver = true;
    await this.#blocks;
    await this.browser.stop();
    await this.readSide.close();
    await this.#rpc.close();
    await this.chain.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return this.readSide.faults;
  }
}
