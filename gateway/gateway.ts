import { ClientError, TenorClient } from '../client/index.ts';
import type { TxSigner } from '../client/index.ts';
import { Access } from './access/access.ts';
import type { Credentials } from './access/credentials.ts';
import { Account } from './account/account.ts';
import { DeadMan } from './account/deadMan.ts';
import { Disconnects } from './account/disconnects.ts';
import { Labels } from './account/labels.ts';
import { Signing } from './account/signing.ts';
import { Trading } from './account/trading.ts';
import { Hub } from './channels/hub.ts';
import { Market } from './market/market.ts';
import { methods } from './methods/index.ts';
import { Dispatcher } from './rpc/dispatch.ts';
import { nodeOfStream } from './server/page.ts';
import type { PageOptions } from './server/page.ts';
import { Server } from './server/server.ts';
import { History } from './history.ts';
import type { Log } from './log.ts';
import type { Services } from './services.ts';

const START_MS = 60_000;

export interface GatewayOptions {
  /** A node's RPC, and its stream. */
  readonly url: string;
  readonly streamUrl: string;
  readonly chainId?: string;
  /** The session key, with its owner. */
  readonly signer: TxSigner;
  readonly subaccount: number;
  readonly credentials: Credentials;
  /** Where labels of orders are kept. */
  readonly labelsPath: string;
  readonly repeatsLabels?: boolean;
  /** Of an indexer. */
  readonly historyUrl?: string;
  /** Where the built web terminal is, which is served at `/`; none without it. */
  readonly terminal?: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly log: Log;
}

/** A gateway that listens, until it is closed. */
export class Gateway {
  readonly port: number;
  /** Where people look; null where no page is served. */
  readonly page: string | null;
  readonly #server: Server;
  readonly #services: Services;

  private constructor(port: number, server: Server, services: Services, hasPage: boolean) {
    this.port = port;
    this.page = hasPage ? `http://127.0.0.1:${port}/` : null;
    this.#server = server;
    this.#services = services;
  }

  /**
   * Follows the node, then listens on this machine only.
   * @throws ClientError when the node does not answer, or is of another chain
   */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const { url, streamUrl, signer, subaccount, chainId, log } = options;
    const client = await TenorClient.connect(url, {
      ...{ signer, subaccount, streamUrl },
      streamOptions: { onConnection: (isConnected, reason) => log(linkEntry(isConnected, reason)) },
      ...(chainId === undefined ? {} : { chainId }),
    });
    try {
      const services = await inTime(servicesOf(client, options), streamUrl);
      const dispatcher = new Dispatcher(services, methods);
      const page = pageOf(options);
      const server = new Server({ dispatcher, access: services.access, page });
      const port = await server.listen(options.port);
      return new Gateway(port, server, services, page !== undefined);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Takes quotes back, and what is to go with its connection; the chain's switch does the rest. */
  async close(): Promise<void> {
    const { disconnects, deadMan, client } = this.#services;
    await this.#server.close();
    await disconnects.close();
    deadMan.stop();
    client.close();
  }
}

/** The page asks the node by the paths that nodes have: one whose stream is elsewhere has none. */
function pageOf({ terminal, streamUrl, historyUrl }: GatewayOptions): PageOptions | undefined {
  const node = nodeOfStream(streamUrl);
  if (terminal === undefined || node === null) return undefined;
  return { files: terminal, node, ...(historyUrl === undefined ? {} : { history: historyUrl }) };
}

/** A stream that is somewhere else is asked again and again: somebody must say so. */
async function inTime<T>(work: Promise<T>, streamUrl: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `${streamUrl} tells nothing: name another with --stream.`;
    timer = setTimeout(() => reject(new ClientError('unreachable', message)), START_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function servicesOf(
  client: TenorClient,
  { credentials, labelsPath, repeatsLabels = false, historyUrl, log }: GatewayOptions,
): Promise<Services> {
  const clock = (): number => Date.now();
  const market = new Market(client);
  await market.start();
  const account = new Account(client, market);
  await account.start();
  const signing = new Signing(client, market, log);
  const rests = (id: string): boolean => account.orders.findByClientId(id)?.state === 'open';
  const labels = new Labels(labelsPath, clock, rests);
  const trading = new Trading({ client, account, signing, market, labels });
  const deadMan = new DeadMan(client, signing, market, log);
  const hub = new Hub();
  const services: Services = {
    ...{ client, market, account, signing, trading, deadMan, log, repeatsLabels },
    access: new Access(credentials, clock),
    hub,
    disconnects: new Disconnects({ client, trading, signing, deadMan, log }),
    history:
      historyUrl === undefined
        ? null
        : new History(historyUrl, client.owner, client.subaccount, log),
    isTestnet: /local|test/.test(client.chainId),
  };
  hub.open(services);
  return services;
}

const linkEntry = (isConnected: boolean, reason: string) => ({
  kind: isConnected ? 'following' : 'lost',
  reason,
});
