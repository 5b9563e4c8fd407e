import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Node } from '../../client/index.ts';
import type { TestnetOptions } from '../../testnet/launch.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { tenor } from '../e2e/tenor.ts';
import { TestBrowser } from './browser.ts';
import type { OpenOptions, Opened } from './browser.ts';

export interface StageOptions extends Pick<
  TestnetOptions,
  'preset' | 'bidder' | 'blockTimeMs' | 'history'
> {
  readonly validators?: number;
  readonly makers?: boolean;
}

/** A running network with makers, on ports of its own, and a browser to look at it. */
export class Stage {
  readonly network: Testnet;
  readonly browser: TestBrowser;
  readonly #dir: string;

  private constructor(dir: string, network: Testnet, browser: TestBrowser) {
    this.#dir = dir;
    this.network = network;
    this.browser = browser;
  }

  /** Runs what is in dist/: build first. */
  static async start(options: StageOptions = {}): Promise<Stage> {
    const { validators = 4, makers = true, blockTimeMs = 1_000, ...rest } = options;
    const dir = mkdtempSync(join(tmpdir(), 'tenor-browser-'));
    const portOffset = await freePortOffset(validators);
    const launch = { ...{ dir, validators, makers, blockTimeMs, ...rest }, portOffset };
    const [browser, network] = await Promise.allSettled([
      TestBrowser.start(),
      startTestnet(launch),
    ]);
    if (browser.status === 'fulfilled' && network.status === 'fulfilled') {
      return new Stage(dir, network.value, browser.value);
    }
    if (browser.status === 'fulfilled') await browser.value.stop();
    if (network.status === 'fulfilled') await network.value.stop();
    rmSync(dir, { recursive: true, force: true });
    throw browser.status === 'rejected'
      ? browser.reason
      : (network as PromiseRejectedResult).reason;
  }

  /** An address of the terminal as a node serves it. */
  url(path = '', node = 0): string {
    return `${this.network.nodes[node]!.rest}/${path}`;
  }

  /** Opens the terminal at a page: `#/account`. */
  open(path = '', options: OpenOptions & { readonly node?: number } = {}): Promise<Opened> {
    return this.browser.open(this.url(path, options.node), options);
  }

  /** The engine's RPC of a node, for questions beside the page. */
  node(index = 0): Node {
    return new Node(this.network.nodes[index]!.rpc);
  }

  /** Runs the command as another person does beside the page. @throws Error when it fails */
  async tenor(args: string): Promise<string> {
    const ran = await tenor(args, { home: this.#dir, env: { TENOR_TESTNET: this.#dir } });
    if (ran.exitCode !== 0) throw new Error(`tenor ${args}: ${ran.stderr}${ran.stdout}`);
    return ran.stdout;
  }

  /** Ends all processes and removes the network's folder. */
  async stop(): Promise<void> {
    try {
      await this.browser.stop();
    } finally {
      await this.network.stop();
      rmSync(this.#dir, { recursive: true, force: true });
    }
  }
}
