import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { black76 } from '../../app/lib/math/index.ts';
import { mergePatch } from '../../api/stream/mergePatch.ts';
import type { JsonObject } from '../../api/stream/mergePatch.ts';
import { formatExpiry } from '../../app/modules/options/core/index.ts';
import { root } from '../../testnet/paths.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
};
const STRIKES = 40;
const DAYS = [1, 7, 30, 60, 90];
const DAY_S = 86_400;
const INDEX = 64_000;
const STEP = 500;
const UUSD = 1_000_000;

type Ticker = JsonObject;

/** The series of one underlying as `ticker:` has them, at a price of the index. */
function tickerAt(index: number, nowMs: number): Ticker {
  const series: Ticker = {};
  for (const days of DAYS) {
    const seconds = Math.floor(nowMs / 1_000 / DAY_S + days) * DAY_S + 8 * 3_600;
    const expiry = formatExpiry(BigInt(seconds));
    for (let i = 0; i < STRIKES; i++) {
      const strike = INDEX + (i - STRIKES / 2) * STEP;
      for (const isCall of [true, false]) {
        const { price, delta } = black76(isCall, index, strike, 0.6, days / 365);
        const cents = (of: number) => String(Math.round(of * 100) * 10_000);
        const symbol = `BTC-${expiry}-${strike}-${isCall ? 'C' : 'P'}`;
        series[symbol] = {
          ...{ id: '1', symbol, kind: isCall ? 'call' : 'put', expiry },
          ...{ expirySeconds: String(seconds), strikeUusd: String(strike * UUSD) },
          openInterest: '10000',
          mark: {
            ...{ markUusd: cents(price), forward: index, vol: 0.6, delta, statusName: 'live' },
            ...{ bandLowUusd: '0', bandHighUusd: '1', ageMs: '500', confidencePpm: UUSD },
          },
          bid: { priceUusd: cents(price * 0.98), quantity: '5000', orders: 1 },
          ask: { priceUusd: cents(price * 1.02), quantity: '5000', orders: 1 },
        };
      }
    }
  }
  return series;
}

/** Serves the built terminal, with a market that moves so many times a second: all 400 series. */
export class MovingMarket {
  readonly url: string;
  readonly #close: () => Promise<void>;
  /** Patches that were sent. */
  sent = 0;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(perSecond: number): Promise<MovingMarket> {
    const server = createServer((request, response) => answer(request, response));
    const sockets = new WebSocketServer({ server, path: '/stream' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const began = Date.now();
    let seq = 0;
    let series = tickerAt(INDEX, began);
    const at = () => ({ epoch: 'bench-1', height: String(seq + 1), timeMs: String(Date.now()) });
    sockets.on('connection', (socket: WebSocket) => {
      const say = (message: object) => socket.send(JSON.stringify(message));
      say({ type: 'welcome', chainId: 'tenor-bench-1', heartbeatMs: 10_000, ...at() });
      socket.on('message', (data: Buffer) => {
        const { op, channels } = JSON.parse(data.toString()) as { op: string; channels: string[] };
        if (op !== 'subscribe') return;
        for (const channel of channels) {
          say({ type: 'subscribed', channel, how: 'new' });
          const isTicker = channel === 'ticker:BTC';
          const document = isTicker ? { series } : {};
          say({ type: 'snapshot', channel, seq, data: document, ...at() });
        }
      });
    });
    const timer = setInterval(() => {
      seq += 1;
      const index = INDEX * (1 + 0.01 * Math.sin(seq / 20));
      // What changed, as a node sends it.
      const next = tickerAt(index, began);
      const data = { series: mergePatch(series, next) ?? {} };
      series = next;
      const text = JSON.stringify({ type: 'patch', channel: 'ticker:BTC', seq, ...at(), data });
      for (const socket of sockets.clients) socket.send(text);
      market.sent += sockets.clients.size;
    }, 1_000 / perSecond);
    const market = new MovingMarket(`http://127.0.0.1:${port}/`, async () => {
      clearInterval(timer);
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    });
    return market;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const json = (body: object) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  if (url === '/terminal.json') {
    json({ chainId: 'tenor-bench-1', nodes: [''], history: '', testAccounts: false });
  } else if (url === '/tenor/v1/oracle/prices') {
    json({ prices: [{ underlying: 'BTC', price: null }] });
  } else {
    const name = url === '/' ? 'index.html' : url.slice(1);
    const path = join(root, 'dist', 'terminal', name);
    const isOurs = /^(index\.html|assets\/[\w.-]+)$/.test(name) && existsSync(path);
    if (!isOurs) response.writeHead(404).end('{}');
    else {
      const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      response.setHeader('content-type', type).end(readFileSync(path));
    }
  }
}
