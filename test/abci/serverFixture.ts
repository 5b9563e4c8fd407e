import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbciApplication } from '../../app/abci/application.ts';
import type { AbciServer, AbciServerOptions } from '../../app/abci/server.ts';
import { startAbciServer } from '../../app/abci/server.ts';
import { AbciClient } from './abciClient.ts';
import { noopApplication } from './noopApplication.ts';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  context: object;
  message: string;
}

/** A logger that remembers its lines. */
export function recordingLogger(lines: LogLine[]): AbciServerOptions['logger'] {
  const at = (level: LogLine['level']) => (context: object, message: string) =>
    void lines.push({ level, context, message });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** A folder whose path is short enough for a unix socket. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tenor-abci-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A running server with its clients, and what it reported. */
export interface ServerFixture {
  server: AbciServer;
  lines: LogLine[];
  fatals: { error: unknown; kind: string }[];
  connect(): Promise<AbciClient>;
  /** Waits until this message was logged so many times. */
  untilLogged(message: string, times?: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startFixture(
  application: Partial<AbciApplication> = {},
  options: Partial<AbciServerOptions> = {},
): Promise<ServerFixture> {
  const folder = await temporaryFolder();
  const lines: LogLine[] = [];
  const fatals: ServerFixture['fatals'] = [];
  const clients: AbciClient[] = [];
  const server = await startAbciServer({
    address: `unix://${join(folder.path, 'app.sock')}`,
    application: noopApplication(application),
    logger: recordingLogger(lines),
    onFatal: (error, kind) => void fatals.push({ error, kind }),
    ...options,
  });
  const stop = async () => {
    for (const client of clients) client.end();
    await server.close();
    await folder.remove();
  };
  return {
    server,
    lines,
    fatals,
    connect: async () => {
      const client = await AbciClient.connect(server.address);
      clients.push(client);
      return client;
    },
    untilLogged: async (message, times = 1) => {
      while (lines.filter((line) => line.message === message).length < times) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    stop,
  };
}
