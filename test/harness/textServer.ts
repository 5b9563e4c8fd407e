import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered to a request's body; what it throws is answered with status 500. */
export type Answerer = (body: string, path: string) => string | Promise<string>;

/** An HTTP server on loopback that answers with JSON text, in a node's place. */
export class TextServer {
  readonly #server: Server;

  constructor(answer: Answerer) {
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      answerTo(request, answer).then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  async listen(wanted = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(wanted, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function answerTo(request: IncomingMessage, answer: Answerer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return answer(Buffer.concat(chunks).toString(), request.url ?? '');
}
