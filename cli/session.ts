import { Node } from './chain/node.ts';
import type { TenorClient } from '../client/client.ts';
import type { Sent } from '../client/sender.ts';
import type { Msg } from '../client/signTx.ts';
import type { Settings } from './config/settings.ts';
import { CliError, exitCodes, keyError, usageError } from './errors.ts';
import { Keys, type Signer } from './keyring/keys.ts';
import type { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

/** Options of commands that send a transaction. */
export interface TxFlags {
  /** False with --no-wait. */
  readonly wait: boolean;
  /** Seconds, as typed and checked. */
  readonly timeout: number;
  readonly unordered?: boolean;
}

/** Everything one run of a command works with. */
export class Session {
  readonly settings: Settings;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly keys: Keys;
  /** Unix milliseconds now. */
  readonly clock: () => number;
  #node: Promise<Node> | null = null;

  constructor(
    settings: Settings,
    out: Output,
    terminal: Terminal,
    clock: () => number = () => Date.now(),
  ) {
    this.settings = settings;
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.keys = new Keys(settings, terminal);
  }

  node(): Promise<Node> {
    this.#node ??= Node.create(this.settings.node, this.#nodeAdvice());
    return this.#node;
  }

  /** The address a command is about: named, or of --from. */
  owner(nameOrAddress?: string): string {
    return this.keys.addressOf(nameOrAddress ?? this.keys.from());
  }

  /** Asks before money moves, if there is somebody to ask and no --yes. */
  async confirm(question: string): Promise<void> {
    if (this.settings.yes || !this.terminal.isInteractive) return;
    if (await this.terminal.confirm(question)) return;
    throw new CliError(exitCodes.usage, 'Stopped; nothing was done.');
  }

  /** Signs and sends messages as `signer`, and waits for their block unless told not to. */
  async send(signer: Signer, msgs: readonly Msg[], flags: TxFlags): Promise<Sent> {
    const node = await this.node();
    const chainId = this.#checkChain((await node.status()).nodeInfo.network, signer);
    const [{ Sender }, { keySigner }] = await Promise.all([
      import('../client/sender.ts'),
      import('../client/signer.ts'),
    ]);
    const options = {
      isUnordered: flags.unordered ?? false,
      waitMs: flags.wait ? flags.timeout * 1_000 : 0,
    };
    return node.use((client) =>
      new Sender(client, keySigner(signer.privateKey), chainId).send(msgs, options),
    );
  }

  /** A client that signs for --from, until the command ends: for programs that go on. */
  async client(): Promise<TenorClient> {
    const signer = await this.keys.signer();
    const { node: url, subaccount } = this.settings;
    const node = await this.node();
    const chainId = this.#checkChain((await node.status()).nodeInfo.network, signer);
    const { TenorClient, keySigner } = await import('../client/index.ts');
    const own = { ...keySigner(signer.privateKey), owner: signer.address };
    const options = { signer: own, subaccount, chainId };
    return node.use(() => TenorClient.connect(url, options));
  }

  /** The keys of a test network sign on its own chain only. */
  #checkChain(network: string, { kind, name }: Signer): string {
    const { chainId, testnet } = this.settings;
    if (chainId !== undefined && chainId !== network) {
      const message = `The node is of chain ${network}, not ${chainId}.`;
      throw usageError(message, 'Check --node, --chain-id.');
    }
    if (kind === 'test' && testnet?.chainId !== network) {
      throw keyError(`The test key "${name}" does not sign for chain ${network}.`);
    }
    return network;
  }

  #nodeAdvice(): string {
    const { testnet } = this.settings;
    if (testnet !== null && !testnet.ready) {
      return 'The network of this folder is not running. Start it: npm run testnet';
    }
    return 'Start a local network (npm run testnet), or name a node with --node or TENOR_NODE.';
  }
}
