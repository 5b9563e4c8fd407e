import { TenorClient } from '../client/index.ts';
import type { TxSigner } from '../client/index.ts';
import { Access } from './access/access.ts';
import type { Credentials } from './access/credentials.ts';
import { Hub } from './channels/hub.ts';
import { Market } from './market/market.ts';
import { methods } from './methods/index.ts';
import { Dispatcher } from './rpc/dispatch.ts';
import { Server } from './server/server.ts';
import type { Log, Services } from './services.ts';

export interface GatewayOptions {
  /** A node's RPC, and its stream. */
  readonly url: string;
  readonly streamUrl: string;
  readonly chainId?: string;
  /** The session key, with its owner. */
  readonly signer: TxSigner;
  readonly subaccount: number;
  readonly credentials: Credentials;
  /** 0: any that is free. */
  readonly port: number;
  readonly log: Log;
}

/** A gateway that listens, until it is closed. */
export class Gateway {
  readonly port: number;
  readonly #server: Server;
  readonly #client: TenorClient;

  private constructor(port: number, server: Server, client: TenorClient) {
    this.port = port;
    this.#server = server;
    this.#client = client;
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
      const market = new Market(client);
      await market.start();
      const access = new Access(options.credentials, () => Date.now());
      const hub = new Hub();
      const isTestnet = /local|test/.test(client.chainId);
      const services: Services = { client, access, market, hub, isTestnet, log };
      hub.open(services);
      const dispatcher = new Dispatcher(services, methods);
      const server = new Server({ dispatcher, access });
      const port = await server.listen(options.port);
      return new Gateway(port, server, client);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#client.close();
  }
}

const linkEntry = (isConnected: boolean, reason: string) => ({
  kind: isConnected ? 'following' : 'lost',
  reason,
});
