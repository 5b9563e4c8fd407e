import { lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { FeederReport, FeedsWanted } from '../../../proto/gen/tenor.oracle.v1.ts';
import { equalBytes } from '../../lib/bytes.ts';
import { FrameDecoder, encodeFrame } from '../../lib/feederProtocol.ts';
import { readFeederReport } from '../../lib/feederReport.ts';

/** As much of a pino logger as the socket needs. */
export interface SocketLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A report and when the feeder made it, Unix ms: the ages in it are as of then. */
export interface ProducedReport {
  readonly producedMs: number;
  readonly report: FeederReport;
}

export interface FeederSocket {
  /**
   * The last valid report; null when there is none, when it was produced more than `maxAgeMs`
   * before `nowMs`, or when it claims to be from the future.
   */
  report(nowMs: number, maxAgeMs: number): ProducedReport | null;
  /** The same as an encoded FeederReport, with ages as of `nowMs`; null also without any index. */
  latest(nowMs: number, maxAgeMs: number): Uint8Array | null;
  /** Ends every connection and removes the socket file. */
  close(): Promise<void>;
}

export interface FeederSocketOptions {
  /** Path of the unix socket, at most 107 bytes on Linux. */
  readonly path: string;
  readonly logger: SocketLogger;
  /** The feeds that the chain votes on now, which the feeder is told; null before there are any. */
  readonly wanted?: () => FeedsWanted | null;
}

/** Clocks of one machine agree; a report from further ahead than this is not used. */
const FUTURE_TOLERANCE_MS = 1_000;
const LISTEN_RETRY_MS = 5_000;
/** One feeder is expected; more connections than this are a fault of whoever opens them. */
const MAX_CONNECTIONS = 8;

/**
 * Listens for the validator's feeder and keeps its last valid report in memory. Edge code: it is
 * asynchronous and feeds ExtendVote only, which may differ from node to node. It never throws: a
 * missing or misbehaving feeder costs this validator its vote and nothing else.
 */
export function startFeederSocket(options: FeederSocketOptions): FeederSocket {
  const { path, logger } = options;
  const connections = new Set<Socket>();
  const last = new LastReport();
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', (error) =>
      logger.warn({ error: String(error) }, 'feeder connection failed'),
    );
    receive(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('error', (error) => {
    logger.error({ path, error: String(error) }, 'cannot listen for the feeder, trying again');
    retry = setTimeout(open, LISTEN_RETRY_MS);
    retry.unref();
  });

  function receive(socket: Socket): void {
    const decoder = new FrameDecoder();
    const tell = teller(socket, options);
    logger.info({ path }, 'feeder connected');
    socket.on('data', (chunk) => {
      tell();
      try {
        for (const frame of decoder.push(chunk)) {
          const report = readFeederReport(frame.payload);
          if (report === null) throw new Error('the frame holds no valid report');
          last.keep({ producedMs: frame.producedMs, report });
        }
      } catch (error) {
        logger.warn({ error: String(error) }, 'malformed frame: closing this feeder connection');
        socket.destroy();
      }
    });
  }

  function open(): void {
    if (closed) return;
    try {
      removeStaleSocket(path);
      listenPrivately(server, path);
    } catch (error) {
      server.emit('error', error);
    }
  }

  open();
  return {
    report: (nowMs, maxAgeMs) => last.at(nowMs, maxAgeMs),
    latest(nowMs, maxAgeMs) {
      const produced = last.at(nowMs, maxAgeMs);
      if (produced?.report.underlyings.some(({ index }) => index !== undefined) !== true) {
        return null;
      }
      const elapsedMs = Math.max(0, nowMs - produced.producedMs);
      return FeederReport.encode(older(produced.report, elapsedMs));
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Tells one feeder what is wanted of it, whenever that has changed since it was last told. */
function teller(socket: Socket, { wanted, logger }: FeederSocketOptions): () => void {
  let told: Uint8Array = new Uint8Array(0);
  return () => {
    const feeds = wanted?.() ?? null;
    if (feeds === null) return;
    const payload = FeedsWanted.encode(feeds);
    if (equalBytes(payload, told)) return;
    told = payload;
    const { underlyings, stablecoins } = feeds;
    logger.info({ underlyings, stablecoins }, 'the feeder is told the feeds that are voted on');
    socket.write(encodeFrame({ producedMs: 0, payload }));
  };
}

/** A report as it is some time after it was made. */
function older(report: FeederReport, elapsedMs: number): FeederReport {
  const aged = <T extends { ageMs: number }>(seen: T | undefined): T | undefined =>
    seen && { ...seen, ageMs: Math.min(seen.ageMs + Math.round(elapsedMs), 0xffffffff) };
  return {
    ...report,
    underlyings: report.underlyings.map((underlying) => ({
      ...underlying,
      index: aged(underlying.index),
      expiries: underlying.expiries.map((expiry) => ({
        ...expiry,
        forward: aged(expiry.forward),
        smile: aged(expiry.smile),
      })),
    })),
    stablecoins: report.stablecoins.map((coin) => ({ ...coin, price: aged(coin.price) })),
  };
}

/** The youngest report that came. */
class LastReport {
  #last: ProducedReport | null = null;

  /** A report that was sent again after a reconnect does not replace a younger one. */
  keep(produced: ProducedReport): void {
    if (this.#last !== null && produced.producedMs < this.#last.producedMs) return;
    this.#last = produced;
  }

  at(nowMs: number, maxAgeMs: number): ProducedReport | null {
    if (this.#last === null) return null;
    const ageMs = nowMs - this.#last.producedMs;
    // The clock was set back: younger reports would seem older than this one for long.
    if (ageMs < -FUTURE_TOLERANCE_MS) this.#last = null;
    return ageMs > maxAgeMs ? null : this.#last;
  }
}

/** A socket file outlives the process that made it. Anything that is not a socket is left alone. */
function removeStaleSocket(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) throw new Error(`${path} exists and is not a socket: move it away`);
  unlinkSync(path);
}

/** The file is created with mode 0600 at once: bind happens inside listen(), under this umask. */
function listenPrivately(server: Server, path: string): void {
  const umask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
}
