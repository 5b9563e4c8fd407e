import { WebSocket } from 'ws';
import { heardMisfits } from '../asyncapi/fixture.ts';
import { until } from '../../test/harness/streams.ts';

export interface Message {
  readonly type: string;
  readonly channel: string;
  readonly seq: number;
  readonly epoch: string;
  readonly how: string;
  readonly id: string | number;
  readonly code: string;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

/** A client that knows nothing but WebSockets, and holds what it hears against the document. */
export class StreamClient {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  readonly #misfits: string[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      this.heard.push(message);
      this.#misfits.push(...heardMisfits(message));
    });
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    this.socket.on('error', () => undefined);
  }

  /** One that the node has welcomed. */
  static async connect(url: string): Promise<StreamClient> {
    const client = new StreamClient(url);
    await client.next('welcome');
    return client;
  }

  say(text: unknown): void {
    this.socket.send(typeof text === 'string' ? text : JSON.stringify(text));
  }

  of(type: string, channel?: string): Message[] {
    return this.heard.filter((m) => m.type === type && (channel ?? m.channel) === m.channel);
  }

  async next(type: string, count = 1, channel?: string): Promise<Message> {
    await until(
      () => this.of(type, channel).length >= count,
      `${count} ${type} among ${JSON.stringify(this.heard).slice(0, 800)}`,
    );
    if (this.#misfits.length > 0) throw new Error(this.#misfits.join('\n'));
    return this.of(type, channel)[count - 1]!;
  }
}
