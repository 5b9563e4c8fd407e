import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FrameDecoder, FrameError } from '../app/lib/feederProtocol.ts';
import { backoffMs } from '../client/backoffMs.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

export interface Pusher {
  /** Sends a frame, or keeps it until the application is there. Only the last one is kept. */
  send(frame: Uint8Array): void;
  close(): void;
}

/**
 * Keeps a connection to the application's socket and pushes frames into it. Never throws.
 *
 * @param onFrame is given the payload of each frame that the application sends
 */
export function startPusher(
  path: string,
  logger: Logger,
  onFrame: (payload: Uint8Array) => void,
): Pusher {
  let socket: Socket | null = null;
  let connected = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let last: Uint8Array | null = null;
  let closed = false;

  function open(): void {
    const opened = connect(path);
    socket = opened;
    opened.on('connect', () => {
      connected = true;
      failures = 0;
      logger.info({ path }, 'connected to the application');
      flush();
    });
    opened.on('drain', flush);
    hear(opened);
    opened.on('error', (error) => {
      if (failures === 0) logger.warn({ path, error: error.message }, 'application is away');
    });
    opened.on('close', () => {
      connected = false;
      if (closed) return;
      timer = setTimeout(open, backoffMs(failures, FIRST_RETRY_MS, MAX_RETRY_MS, Math.random()));
      failures += 1;
    });
  }

  /** Reading makes the end of the connection visible, too. After nonsense it only does that. */
  function hear(opened: Socket): void {
    const decoder = new FrameDecoder();
    let deaf = false;
    opened.on('data', (chunk) => {
      if (deaf) return;
      try {
        for (const { payload } of decoder.push(chunk)) onFrame(payload);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        deaf = true;
        logger.warn({ path, error: error.message }, 'the application is not listened to');
      }
    });
  }

  /** An application that does not read gets the newest frame when it does, not a queue. */
  function flush(): void {
    if (last !== null && connected && socket?.writableNeedDrain === false) socket.write(last);
  }

  open();
  return {
    send(frame) {
      last = frame;
      flush();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
