import { connect as connectHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

// What somebody does to a node who wants it gone.

const MB = 1024 * 1024;

/** Memory of the application and of its read side, in MB. */
export function memoryMb(app: number): { readonly app: number; readonly read: number } {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const lines = listed.split('\n').map((line) => line.trim().split(/\s+/));
  const read = lines.find(([, parent, ...args]) => Number(parent) === app && args.includes('read'));
  const of = (pid: number) => {
    const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return Math.round(Number(kb) / 1024);
  };
  return { app: of(app), read: of(Number(read![0])) };
}

export interface Refused {
  readonly status: number;
  /** The members of its body. */
  readonly body: readonly string[];
}

export async function refusalOf(url: string, init: RequestInit = {}): Promise<Refused> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  return { status: response.status, body: Object.keys((await response.json()) as object) };
}

/** Clients of `/stream` that all subscribe to as much as they can, and more. */
export class Hogs {
  readonly #sockets: WebSocket[] = [];
  readonly heard = new Map<string, number>();

  async subscribe(
    url: string,
    clients: number,
    channelsOf: (i: number) => string[],
  ): Promise<void> {
    for (let i = 0; i < clients; i++) {
      const socket = new WebSocket(url);
      this.#sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('message', (data: Buffer) => {
        const { type, code = '' } = JSON.parse(String(data)) as { type: string; code?: string };
        const name = `${type} ${code}`.trim();
        this.heard.set(name, (this.heard.get(name) ?? 0) + 1);
      });
      await new Promise((resolve) => socket.once('open', resolve));
      const channels = channelsOf(i);
      socket.send(JSON.stringify({ op: 'subscribe', channels }));
      socket.send(JSON.stringify({ op: 'subscribe', channels: channels.map((one) => `${one}:x`) }));
    }
  }

  /** Half of them read no more. */
  stopReading(): void {
    this.#sockets.filter((_, i) => i % 2 === 0).forEach((socket) => socket.pause());
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}

/** Sockets that say this and nothing more. */
export async function halfOpen(url: string, count: number, said: () => string | Buffer) {
  const { hostname, port } = new URL(url.includes('://') ? url : `http://${url}`);
  const sockets: Socket[] = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.write(said());
    return socket;
  });
  await sleep(500);
  return {
    left: () => sockets.filter((socket) => !socket.closed).length,
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

export const noise = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7_919 + bytes * 31) % 251));

export const UPGRADE = [
  ...['GET /stream HTTP/1.1', 'Host: node', 'Connection: Upgrade', 'Upgrade: websocket'],
  ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
].join('\r\n');

/** A request of 20 MB to a gRPC method: its status, or the error of its stream. */
export async function hugeGrpc(address: string): Promise<string> {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => undefined);
  try {
    return await new Promise((resolve) => {
      const request = session.request({
        ...{ ':method': 'POST', ':path': '/cosmos.bank.v1beta1.Query/Balance' },
        ...{ 'content-type': 'application/grpc', te: 'trailers' },
      });
      request.setTimeout(20_000, () => resolve('no answer'));
      const told = ({ 'grpc-status': code }: IncomingHttpHeaders) => {
        if (typeof code === 'string') resolve(`status ${code}`);
      };
      request.on('response', told).on('trailers', told).resume();
      request.on('error', (error: Error) => resolve(error.message));
      const bytes = Buffer.alloc(20 * MB);
      bytes.writeUInt32BE(20 * MB - 5, 1);
      request.end(bytes);
    });
  } finally {
    session.destroy();
  }
}
