import { WebSocket } from 'ws';
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

/** A client that knows nothing but WebSockets. */
export class StreamClient {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) =>
      this.heard.push(JSON.parse(data.toString()) as Message),
    );
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    this.socket.on('error', () => undefined);
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
    return this.of(type, channel)[count - 1]!;
  }
}
