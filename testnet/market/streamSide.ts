import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { sourceNames } from './faults.ts';
import type { Mode, SourceName } from './faults.ts';
import { venues } from './venues/index.ts';
import { View } from './view.ts';
import type { World } from './world.ts';

const MAX_CHANNELS = 64;
const FLOOD_MESSAGES = 5_000;
const GOING_AWAY = 1001;
/** How often what is long is pushed. */
const SLOW_MS = 2_000;
const POLICY = 1008;
const TROUBLE = 1011;

interface Client {
  readonly source: SourceName;
  readonly socket: WebSocket;
  readonly channels: Set<string>;
}

export interface StreamSide {
  /** Sends what has changed to everybody who asked for it. */
  push(): void;
  close(): void;
}

/** Serves every source's WebSocket below /SOURCE. */
export function serveStreams(server: Server, world: World): StreamSide {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const clients = new Set<Client>();
  let slowMs = 0;

  server.on('upgrade', (request, socket: Duplex, head) => {
    // A client that goes away meanwhile is none of ours.
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://market');
    const source = sourceNames.find((name) => url.pathname.startsWith(`/${name}/`));
    const path = source === undefined ? '' : url.pathname.slice(source.length + 1);
    if (source === undefined || path.replace(/\/$/, '') !== venues[source].stream.path) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    const { mode } = world.faults.of(source);
    if (mode === 'off') return void socket.destroy();
    if (mode === 'throttle') return void socket.end('HTTP/1.1 429 Too Many Requests\r\n\r\n');
    if (mode === 'redirect') {
      return void socket.end('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n');
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const wanted = venues[source].stream.fromQuery?.(url.searchParams) ?? [];
      const client = { source, socket: opened, channels: new Set(wanted.slice(0, MAX_CHANNELS)) };
      clients.add(client);
      opened.on('close', () => clients.delete(client));
      opened.on('error', () => opened.terminate());
      opened.on('message', (data) => hear(world, client, (data as Buffer).toString('utf8')));
    });
  });

  return {
    push() {
      const pushed = new Map<string, string | null>();
      const withSlow = performance.now() - slowMs >= SLOW_MS;
      if (withSlow) slowMs = performance.now();
      for (const client of clients) pushTo(world, client, pushed, withSlow);
    },
    close() {
      for (const { socket } of clients) socket.close(GOING_AWAY);
      sockets.close();
    },
  };
}

function hear(world: World, { source, socket, channels }: Client, text: string): void {
  const { stream } = venues[source];
  const message = parse(text);
  const reply = stream.reply(text, message);
  if (reply !== null) socket.send(typeof reply === 'string' ? reply : JSON.stringify(reply));
  for (const channel of stream.fromMessage(message)) {
    if (channels.size < MAX_CHANNELS) channels.add(channel);
    const first = stream.push(new View(world, source), channel);
    if (first !== null && world.faults.of(source).mode === 'normal') {
      socket.send(JSON.stringify(first));
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a source does instead of pushing prices. */
const broken: Partial<Record<Mode, (socket: WebSocket) => void>> = {
  off: (socket) => socket.terminate(),
  error: (socket) => socket.close(TROUBLE, 'internal error'),
  throttle: (socket) => socket.close(POLICY, 'too many requests'),
  redirect: (socket) => socket.terminate(),
  corrupt: (socket) => socket.send('{"channel":"tick'),
  flood(socket) {
    for (let i = 0; i < FLOOD_MESSAGES && socket.bufferedAmount < 1 << 20; i += 1) {
      socket.send('{}');
    }
  },
};

/** `pushed` holds what was already made for others in this round. */
function pushTo(
  world: World,
  client: Client,
  pushed: Map<string, string | null>,
  withSlow: boolean,
): void {
  const { source, socket, channels } = client;
  const { mode, by } = world.faults.of(source);
  const breaks = broken[mode];
  if (breaks !== undefined) {
    breaks(socket);
    return;
  }
  for (const channel of channels) {
    if (!withSlow && venues[source].stream.isSlow?.(channel) === true) continue;
    const key = `${source} ${channel}`;
    if (!pushed.has(key)) {
      const message = venues[source].stream.push(new View(world, source), channel);
      pushed.set(key, message === null ? null : JSON.stringify(message));
    }
    const text = pushed.get(key);
    if (typeof text !== 'string') continue;
    if (mode === 'delay') setTimeout(() => socket.send(text, () => undefined), by * 1000).unref();
    else socket.send(text);
  }
}
