import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { isOwnPage, registerPage } from './page.ts';

export interface TerminalOptions {
  /** Where the built terminal is; without it none is served. */
  readonly files?: string;
  /** Read sides of other nodes, where the page goes when this one is gone. */
  readonly nodes?: readonly string[];
  /** Where an indexer answers that the page asks for what is past; empty for none. */
  readonly history?: string;
  /** A file of keys that anyone on this machine may trade with; empty for none. */
  readonly testAccounts?: string;
}

/** Serves the web terminal at `/`, and at `/terminal.json` what it needs to know of the network. */
export async function registerTerminal(
  server: FastifyInstance,
  { files, nodes = [], history = '', testAccounts = '' }: TerminalOptions,
  chainId: () => string,
): Promise<void> {
  server.get('/terminal.json', (request, reply) => {
    const own = `${request.protocol}://${request.host}`;
    const others = nodes.filter((url) => url !== own);
    return reply.header('cache-control', 'no-store').send({
      ...{ chainId: chainId(), nodes: [own, ...others], history },
      testAccounts: testAccounts !== '',
    });
  });
  if (testAccounts !== '') {
    server.get('/test-accounts.json', async (request, reply) => {
      // Keys of play money are no secret, but another site has no business with them either.
      if (!isOwnPage(request)) return reply.code(403).send({ error: 'only the terminal reads it' });
      const text = await readFile(testAccounts, 'utf8');
      return reply.header('cache-control', 'no-store').type('application/json').send(text);
    });
  }
  await registerPage(server, files, () => ({ nodes, history }));
}
