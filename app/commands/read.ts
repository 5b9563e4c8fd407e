import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { startApi } from '../../api/server.ts';
import { abciAnswer } from '../../api/services/abciAnswer.ts';
import { FrameReader } from '../abci/framing.ts';
import { FRAME_BYTES_MAX } from '../chain/replica/frames.ts';
import { Replica } from '../chain/replica/replica.ts';
import type { Config } from '../config.ts';
import { logHooks } from '../lib/printable.ts';
import { UsageError } from './command.ts';
import type { Command, Program } from './command.ts';
import { endOn } from './endOn.ts';
import { EXIT } from './exitCodes.ts';
import { giveWay } from './priority.ts';
import { LINK_FD } from './readProcess.ts';

/** Serves readers from a replica of the application, whose child it is. */
export const read: Command = {
  summary: 'serve readers; start runs it by itself, as its child',
  help: 'It has no use alone: it is fed by the application over an inherited socket.',
  options: {},
  async run(program, config) {
    const log = pino(
      { level: config.logLevel, base: { pid: process.pid, process: 'read' }, hooks: logHooks },
      pino.destination({ dest: 1, sync: true }),
    );
    process.on('uncaughtException', (error) => endOn(log, error, 'uncaughtException'));
    process.on('unhandledRejection', (error) => endOn(log, error, 'unhandledRejection'));
    // A terminal's interrupt is meant for the application, which ends this, too.
    process.on('SIGINT', () => undefined);
    giveWay();
    await serve(program, config, log).catch((error: unknown) => endOn(log, error, 'start'));
  },
};

function linkToParent(): Socket {
  try {
    return new Socket({ fd: LINK_FD, readable: true, writable: true });
  } catch {
    throw new UsageError('read is run by start, as its child: run that');
  }
}

/** Beside the bundle that runs: the build puts the terminal there. */
const TERMINAL = fileURLToPath(new URL('./terminal/', import.meta.url));

async function serve(program: Program, config: Config, log: Logger): Promise<void> {
  const link = linkToParent();
  const replica = new Replica({
    registry: program.createRegistry(),
    ports: program.ports,
    retainedHeights: config.retainedHeights,
    logger: log,
    send: (frame) => link.write(frame),
  });
  const frames = new FrameReader(FRAME_BYTES_MAX);
  link.on('data', (chunk: Buffer) => frames.push(chunk, (frame) => replica.receive(frame)));
  const end = () => process.exit(EXIT.ok);
  link.on('error', end).on('close', end);
  process.on('SIGTERM', end);
  const api = await startApi({
    listen: config.rest,
    ...{ grpc: config.grpc, rpc: config.rpc },
    query: (path, data, height) => replica.answer(path, data, height),
    corsOrigins: config.corsOrigins,
    streams: {
      clientsMax: config.streamClients,
      clientsPerAddressMax: config.streamClientsPerAddress,
      unsentBytesMax: config.streamUnsentBytes,
    },
    terminal: {
      files: TERMINAL,
      nodes: config.nodes,
      history: config.history,
      testAccounts: config.testAccounts,
    },
    chainId: () => replica.latest?.chainId ?? '',
    appMetrics: () => replica.appMetrics,
    logger: log,
  });
  replica.observe(api.observer);
  replica.beyond = (path, data, height) => abciAnswer(api.services, path, data, height);
  log.info({ rest: api.url, grpc: api.grpc }, 'the read side listens');
}
