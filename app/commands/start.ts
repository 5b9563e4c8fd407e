import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { FeedsWanted } from '../../proto/gen/tenor.oracle.v1.ts';
import { startAbciServer } from '../abci/server.ts';
import { App } from '../chain/app.ts';
import { GasMeter } from '../lib/gas.ts';
import { logHooks } from '../lib/printable.ts';
import type { Config } from '../config.ts';
import { openStore } from '../chain/openStore.ts';
import { feedsWanted } from '../modules/oracle/index.ts';
import { startFeederSocket } from '../modules/oracle/feederSocket.ts';
import type { FeederSocket } from '../modules/oracle/feederSocket.ts';
import { Feed } from '../chain/replica/feed.ts';
import { Snapshots } from '../chain/snapshots.ts';
import type { Version } from '../store/store.ts';
import { WrongProgram } from '../runtime/upgrade/index.ts';
import type { Command, Program } from './command.ts';
import { endOn } from './endOn.ts';
import { engineGenesis } from './engineGenesis.ts';
import { EXIT } from './exitCodes.ts';
import { AppMetrics } from './appMetrics.ts';
import { superviseReader } from './readProcess.ts';

/**
 * Before an upgrade's block a node ends this much later: who has decided the block still gives it,
 * and its vote for it, to those who have not.
 */
const LINGER_MS = 3_000;

/** Serves the engine, the feeder and the read side until a signal comes. */
export const start: Command = {
  summary: 'serve the engine (what happens when no command is named)',
  help: `HOME/config/app.toml holds its settings, HOME/data/app its database.
npm run testnet starts it.`,
  options: {},
  async run(program, config) {
    const log = pino(
      { level: config.logLevel, hooks: logHooks },
      pino.destination({ dest: 1, sync: true }),
    );
    process.on('uncaughtException', (error) => endOn(log, error, 'uncaughtException'));
    process.on('unhandledRejection', (error) => endOn(log, error, 'unhandledRejection'));
    await serve(program, config, log).catch((error: unknown) => endOn(log, error, 'start'));
  },
};

async function serve(program: Program, config: Config, log: Logger): Promise<void> {
  const registry = program.createRegistry();
  const path = join(config.home, 'data', 'app');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const store = await openStore(path, registry, {
    retainedHeights: config.retainedHeights,
    logger: log,
    chainId: engineGenesis(config)?.chain_id,
  });
  const feeder =
    config.feederSocket === ''
      ? undefined
      : startFeederSocket({
          ...{ path: config.feederSocket, logger: log },
          wanted: () => wantedAt(store.committed),
        });
  const snapshots = await Snapshots.open({
    dir: join(config.home, 'data', 'snapshots'),
    store,
    schemas: registry.schemas,
    interval: config.snapshotInterval,
    keep: config.snapshotKeep,
    logger: log,
  });
  const feed = new Feed({ store, schemas: registry.schemas, logger: log });
  const app = new App({
    store,
    registry,
    ports: program.ports,
    logger: log,
    report: () => feeder?.latest(Date.now(), config.maxReportAgeMs) ?? null,
    clock: () => Date.now(),
    onCancelsOnly: () => {
      metrics.proposedCancelsOnly();
    },
    checkInvariants: config.checkInvariants,
    snapshots,
    retainBlocks: config.retainBlocks,
    queryRoute: feed,
  });
  const metrics = new AppMetrics({ store, feed, feederAgeMs: () => ageMs(feeder) });
  const server = await startAbciServer({
    address: config.abci,
    application: app,
    logger: log,
    onAnswered: (kind, ms) => metrics.answered(kind, ms),
    onFatal: (error, requestKind) => endOn(log, error, requestKind),
    lingerMs: (error) => (error instanceof WrongProgram ? LINGER_MS : 0),
  });
  const reader =
    config.rest === '' ? undefined : superviseReader({ home: config.home, feed, logger: log });
  log.info({ height: store.committed?.height ?? 0 }, 'application is ready');
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    metrics.close();
    await reader?.close();
    await server.close();
    await feeder?.close();
    await snapshots.close();
    await store.close();
    log.info({}, 'application stopped');
    process.exit(EXIT.ok);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

/** Of the feeder's last report; undefined without one. */
function ageMs(feeder: FeederSocket | undefined): number | undefined {
  const nowMs = Date.now();
  const last = feeder?.report(nowMs, Infinity);
  return last === undefined || last === null ? undefined : nowMs - last.producedMs;
}

/** The feeds that the next votes are asked about; null before the chain has any state. */
const wantedAt = (version: Version | undefined): FeedsWanted | null =>
  version === undefined ? null : feedsWanted({ state: version.state, gas: new GasMeter(Infinity) });
