import { existsSync, realpathSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { LauncherMessage } from './detach.ts';
import { isRunning, readTable } from './processes.ts';
import { TestnetError } from './testnetError.ts';

/** What another process can ask of a running launcher, one request a connection. */
export type Request = 'add-node';
export type Handler = (request: Request, onProgress: (text: string) => void) => Promise<void>;

/** In the folder of sockets, which only its owner can enter. */
const socketPath = (socketFolder: string): string => join(socketFolder, 'control.sock');

/** Listens for requests of the same user. */
export function serveControl(socketFolder: string, handle: Handler): Server {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).once('line', (line) => void answer(socket, line, handle));
  });
  server.listen(socketPath(socketFolder));
  server.unref();
  return server;
}

async function answer(socket: Socket, line: string, handle: Handler): Promise<void> {
  const send = (message: LauncherMessage): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  try {
    if (line !== 'add-node') throw new TestnetError(`This launcher cannot do that: ${line}`);
    await handle(line, (text) => send({ kind: 'progress', text }));
    send({ kind: 'ready' });
  } catch (error) {
    const known = error instanceof TestnetError;
    send({ kind: 'failed', reason: known ? error.message : String((error as Error).stack) });
  }
  socket.end();
}

/**
 * Asks the launcher of the network in a folder, and resolves when it is done. Throws a TestnetError
 * when no network runs there, or with the launcher's reason.
 */
export async function askLauncher(
  dir: string,
  request: Request,
  onProgress: (text: string) => void,
): Promise<void> {
  const table = existsSync(dir) ? readTable(realpathSync(dir)) : null;
  const folder = table?.socketFolder ?? null;
  if (table === null || folder === null || !isRunning(table.launcher)) {
    throw new TestnetError(`No network runs in ${dir}: start one first, npm run testnet.`);
  }
  const socket = createConnection(socketPath(folder));
  socket.write(`${request}\n`);
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => {
      const message = JSON.parse(line) as LauncherMessage;
      if (message.kind === 'progress') onProgress(message.text);
      else if (message.kind === 'ready') resolve();
      else reject(new TestnetError(message.reason));
    });
    lines.once('close', () => reject(new TestnetError('The launcher ended before it was done.')));
    socket.once('error', (error) =>
      reject(new TestnetError(`The launcher does not answer: ${error.message}`)),
    );
  }).finally(() => socket.destroy());
}
