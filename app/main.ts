import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { startApi } from '../api/server.ts';
import { startAbciServer } from './abci/server.ts';
import { App, BrokenState } from './app.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { AssertionFailure } from './lib/assert.ts';
import { antePorts, createRegistry } from './modules.ts';
import { openStore } from './openStore.ts';
import { startFeederSocket } from './oracle/feederSocket.ts';
import { DiskError } from './store/disk.ts';

/** Exit code for a state that no restart mends: the supervisor leaves it stopped. */
const EXIT_BROKEN = 70;
/** Exit code for wrong settings or arguments. */
const EXIT_USAGE = 64;

const HELP = `The application of one Tenor validator, behind CometBFT.

  node dist/app.mjs --home HOME

HOME/config/app.toml holds its settings, HOME/data/app its database. npm run testnet starts it.`;

async function run(config: Config, log: Logger): Promise<void> {
  const registry = createRegistry();
  const path = join(config.home, 'data', 'app');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const store = await openStore(path, registry, config.retainedHeights, (records) => {
    log.info({ records }, 'reading state');
  });
  const feeder =
    config.feederSocket === ''
      ? undefined
      : startFeederSocket({ path: config.feederSocket, logger: log });
  const app = new App({
    store,
    registry,
    ports: antePorts,
    logger: log,
    report: () => feeder?.latest(Date.now(), config.maxReportAgeMs) ?? null,
    checkInvariants: config.checkInvariants,
  });
  const server = await startAbciServer({
    address: config.abci,
    application: app,
    logger: log,
    onFatal: (error, requestKind) => {
      stopOnError(log, error, requestKind);
    },
  });
  const api =
    config.rest === ''
      ? undefined
      : await startApi({
          listen: config.rest,
          query: (path, data, height) => app.answer(path, data, height),
          chainId: () => store.committed?.chainId ?? '',
          logger: log,
        });
  log.info({ height: store.committed?.height ?? 0, rest: api?.url }, 'application is ready');
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await api?.close();
    await server.close();
    await feeder?.close();
    await store.close();
    log.info({}, 'application stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

/** Says why, and stops before anything else is answered. */
function stopOnError(log: Logger, error: unknown, while_: string): never {
  const broken = error instanceof BrokenState || error instanceof AssertionFailure;
  log.fatal({ err: error, while: while_ }, 'the node stops');
  process.exit(broken || error instanceof DiskError ? EXIT_BROKEN : 1);
}

function main(): void {
  const { values } = parseArgs({
    options: { home: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true || values.home === undefined) {
    console.log(HELP);
    process.exit(values.help === true ? 0 : EXIT_USAGE);
  }
  let config: Config;
  try {
    config = readConfig(resolve(values.home));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(EXIT_USAGE);
  }
  const log: Logger = pino({ level: config.logLevel }, pino.destination({ dest: 1, sync: true }));
  process.on('uncaughtException', (error) => stopOnError(log, error, 'uncaughtException'));
  process.on('unhandledRejection', (error) => stopOnError(log, error, 'unhandledRejection'));
  run(config, log).catch((error: unknown) => stopOnError(log, error, 'start'));
}

main();
