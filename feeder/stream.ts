import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { backoffMs } from '../client/backoffMs.ts';

/** What a connection says and how it is read: prices, or changes of a chain. */
export interface StreamTalk {
  readonly path: string;
  /** What to send when the connection is there. */
  readonly subscribe: readonly string[];
  readonly ping?: string | undefined;
  reply?(message: unknown): string | null;
  /** Takes a message; whether it brought anything. Throws SourceError. */
  receive(message: unknown): boolean;
}

export interface StreamOptions {
  readonly source: string;
  readonly url: string;
  readonly talk: StreamTalk;
  readonly timeoutMs: number;
  readonly maxBackoffMs: number;
  readonly logger: Logger;
  onProblem(problem: string): void;
}

export interface Stream {
  stop(): void;
}

const FIRST_RETRY_MS = 500;
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** What a venue sends in a second is a few hundred messages; more than this is a flood. */
const MAX_MESSAGES_A_SECOND = 1_000;
const PING_MS = 15_000;
/** Silence this long means that the connection is dead, whatever it looks like. */
const SILENCE_MS = 40_000;

/**
 * Keeps a WebSocket to a source open and passes on its prices. A source that refuses, hangs, floods
 * or sends garbage is left and tried again with back-off; it never throws. The certificate is
 * verified, redirects are not followed.
 */
export function startStream(options: StreamOptions): Stream {
  let socket: WebSocket | null = null;
  let failures = 0;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    const { url, talk, timeoutMs } = options;
    const opened = new WebSocket(url + talk.path, {
      handshakeTimeout: timeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    socket = opened;
    let problem = 'the connection was closed';
    const keepAlive = startKeepAlive(opened, talk.ping, (why) => {
      problem = why;
    });
    opened.on('open', () => talk.subscribe.forEach((text) => opened.send(text)));
    opened.on('message', (data) => {
      keepAlive.heard();
      try {
        if (receive(options.talk, opened, data)) failures = 0;
      } catch (error) {
        problem = (error as Error).message;
        opened.terminate();
      }
    });
    opened.on('pong', () => keepAlive.heard());
    opened.on('error', (error) => {
      problem = error.message;
    });
    opened.on('close', () => {
      keepAlive.stop();
      if (stopped) return;
      failures += 1;
      options.onProblem(problem);
      const level = Number.isInteger(Math.log2(failures)) ? 'warn' : 'debug';
      options.logger[level]({ source: options.source, failures, problem }, 'stream lost');
      const waitMs = backoffMs(failures, FIRST_RETRY_MS, options.maxBackoffMs, Math.random());
      retry = setTimeout(open, waitMs);
    });
  }

  open();
  return {
    stop() {
      stopped = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}

/** Passes on a message and says whether it brought anything. Throws on garbage. */
function receive(talk: StreamTalk, socket: WebSocket, data: RawData): boolean {
  const text = textOf(data);
  // Some venues answer a ping with a bare word.
  const message: unknown = text === 'pong' ? text : JSON.parse(text);
  const reply = talk.reply?.(message) ?? null;
  if (reply !== null) socket.send(reply);
  return talk.receive(message);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as Buffer).toString('utf8');
}

interface KeepAlive {
  /** A message came. */
  heard(): void;
  stop(): void;
}

/** Pings, and ends a connection that is silent or floods. */
function startKeepAlive(
  socket: WebSocket,
  ping: string | undefined,
  onEnd: (problem: string) => void,
): KeepAlive {
  let heardMs = performance.now();
  let secondMs = heardMs;
  let messages = 0;
  const end = (problem: string): void => {
    onEnd(problem);
    socket.terminate();
  };
  const timer = setInterval(() => {
    if (performance.now() - heardMs > SILENCE_MS) end(`nothing came for ${SILENCE_MS} ms`);
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.ping();
    if (ping !== undefined) socket.send(ping);
  }, PING_MS);
  return {
    heard() {
      heardMs = performance.now();
      if (heardMs - secondMs > 1_000) {
        secondMs = heardMs;
        messages = 0;
      }
      messages += 1;
      if (messages > MAX_MESSAGES_A_SECOND) end(`over ${MAX_MESSAGES_A_SECOND} messages a second`);
    },
    stop: () => clearInterval(timer),
  };
}
