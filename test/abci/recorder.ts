import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { FrameReader } from '../../app/abci/framing.ts';

/** The frames of one connection without their lengths, in hex. */
export interface RecordedConnection {
  requests: string[];
  responses: string[];
}

export interface Recorder {
  readonly connections: readonly RecordedConnection[];
  close(): Promise<void>;
}

/** Stands between engine and application, passes everything on, and keeps what passes. */
export async function startRecorder(listenPath: string, appPath: string): Promise<Recorder> {
  const connections: RecordedConnection[] = [];
  const sockets: Socket[] = [];
  const server = createServer((engine) => {
    const application = connect(appPath);
    sockets.push(engine, application);
    const recorded: RecordedConnection = { requests: [], responses: [] };
    connections.push(recorded);
    pass(engine, application, recorded.requests);
    pass(application, engine, recorded.responses);
  });
  server.listen(listenPath);
  await once(server, 'listening');
  return {
    connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

function pass(from: Socket, to: Socket, frames: string[]): void {
  const reader = new FrameReader();
  from.on('data', (chunk: Uint8Array) => {
    reader.push(chunk, (frame) => frames.push(Buffer.from(frame).toString('hex')));
    to.write(chunk);
  });
  from.on('close', () => to.destroy());
  from.on('error', () => to.destroy());
}
