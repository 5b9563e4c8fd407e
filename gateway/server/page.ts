import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOwnPage, registerPage } from '../../api/page.ts';

/** The web terminal, and the node that it is to talk to. */
export interface PageOptions {
  /** Where the built terminal is; without it none is served. */
  readonly files: string;
  /** A node's read side: `http://127.0.0.1:1317`. */
  readonly node: string;
  /** Of an indexer, where the node names none. */
  readonly history?: string;
}

/** As a node's `/terminal.json` has it. */
interface Network {
  readonly chainId: string;
  readonly nodes: readonly string[];
  readonly history: string;
  readonly testAccounts: boolean;
}

const PATIENCE_MS = 5_000;
const STREAM_PATH = /\/stream\/?$/;

/** The read side that streams at this address; null where its paths are others. */
export function nodeOfStream(streamUrl: string): string | null {
  if (!STREAM_PATH.test(streamUrl)) return null;
  return streamUrl.replace(/^ws/, 'http').replace(STREAM_PATH, '');
}

/** What may stand in a policy: an address, and nothing that would say more. */
function isAddress(text: unknown): text is string {
  if (typeof text !== 'string' || !/^https?:\/\/[\w.:[\]/-]+$/.test(text)) return false;
  return URL.canParse(text);
}

const ask = (url: string) => fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });

/**
 * The page that nodes serve, from this machine: it talks to the node that the gateway follows, and
 * to those that one names. The gateway passes on what a page asks only of who served it.
 */
export class NodePage {
  readonly #options: PageOptions;
  /** As the node said last; it may be gone when the page is asked for. */
  #last: Network;

  constructor(options: PageOptions) {
    this.#options = options;
    const { node, history = '' } = options;
    this.#last = { chainId: '', nodes: [node], history, testAccounts: false };
  }

  async register(server: FastifyInstance): Promise<void> {
    const { files } = this.#options;
    if (!existsSync(join(files, 'index.html'))) return;
    await registerPage(server, files, () => this.#network());
    server.get('/terminal.json', async (_request, reply) => {
      const network = await this.#network();
      void reply.header('cache-control', 'no-store');
      if (network.chainId !== '') return reply.send(network);
      return reply.code(503).send({ error: `${this.#options.node} does not answer` });
    });
    server.get('/test-accounts.json', async (request, reply) => {
      if (!isOwnPage(request)) return reply.code(403).send({ error: 'only the terminal reads it' });
      const answer = await ask(`${this.#options.node}/test-accounts.json`).catch(() => null);
      void reply.header('cache-control', 'no-store').type('application/json');
      if (answer?.ok === true) return reply.send(await answer.text());
      return reply.code(404).send({ error: 'this node hands out no test accounts' });
    });
  }

  async #network(): Promise<Network> {
    const { node, history = '' } = this.#options;
    try {
      const answer = await ask(`${node}/terminal.json`);
      const said = (await answer.json()) as Partial<Network>;
      if (answer.ok && typeof said.chainId === 'string') {
        const others = (said.nodes ?? []).filter((url) => isAddress(url) && url !== node);
        this.#last = {
          ...{ chainId: said.chainId, nodes: [node, ...others] },
          history: isAddress(said.history) ? said.history : history,
          testAccounts: said.testAccounts === true,
        };
      }
    } catch {
      // What it said before is as good as ever: the page finds who answers.
    }
    return this.#last;
  }
}
