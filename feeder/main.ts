import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { logHooks, printableLines } from '../app/lib/printable.ts';
import { checkReport } from './check.ts';
import { describeReport } from './describeReport.ts';
import { reportOnce, startFeeder } from './feeder.ts';
import type { Feeder } from './feeder.ts';
import { feederToml } from './feederToml.ts';
import { loadFeederConfig } from './parseConfig.ts';
import { ConfigError } from './tableReader.ts';

/** Where a feeder of a validator shows metrics unless its file is changed. */
const METRICS = '127.0.0.1:9094';

const HELP = `Tenor's price feeder: reads HOME/config/feeder.toml, polls the sources in it and
pushes reports to the application of this validator.

  node dist/feeder.mjs --home HOME          run until SIGTERM or SIGINT; SIGHUP reads the file again
  node dist/feeder.mjs --home HOME --once   print the report of this moment as JSON and exit
  node dist/feeder.mjs --home HOME --check  show every source's answer, age and verdict
  node dist/feeder.mjs --home HOME --init SOCKET  write a feeder.toml with every public source,
                                            for the application's feeder_socket
  node dist/feeder.mjs --help               this text

With --json, --check prints the report as --once does, and what is missing.

Exit codes: 0 done, 1 no underlying has an index (--once) or something lacks a quorum of sources
(--check), 2 wrong arguments or configuration.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      once: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      init: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.home === undefined) throw new ConfigError('--home is missing: add --home HOME');
  if (values.init !== undefined) init(values.home, values.init);
  else if (values.check) await check(values.home, values.json);
  else if (values.once) await once(values.home);
  else run(values.home);
}

/** A file that is there is somebody's: it stays. */
function init(home: string, socketPath: string): void {
  const path = join(home, 'config', 'feeder.toml');
  if (!isAbsolute(socketPath)) throw new ConfigError('--init takes an absolute path of a socket');
  if (existsSync(path)) throw new ConfigError(`${path} is there already: edit that`);
  mkdirSync(join(home, 'config'), { recursive: true, mode: 0o700 });
  writeFileSync(path, feederToml({ socketPath, metrics: METRICS }), { mode: 0o600, flag: 'wx' });
  print(`Wrote ${path}. Next: node dist/feeder.mjs --home ${home} --check\n`);
}

async function once(home: string): Promise<void> {
  const config = loadFeederConfig(home);
  const produced = await reportOnce(config, stderrLogger('warn'));
  print(`${JSON.stringify(describeReport(produced, config), null, 2)}\n`);
  process.exitCode = produced.report.underlyings.some((u) => u.index !== undefined) ? 0 : 1;
}

async function check(home: string, json: boolean): Promise<void> {
  const config = loadFeederConfig(home);
  const produced = await reportOnce(config, stderrLogger('error'));
  const { text, missing } = checkReport(produced, config);
  const described = { ...describeReport(produced, config), missing };
  print(json ? `${JSON.stringify(described, null, 2)}\n` : text);
  process.exitCode = missing.length === 0 ? 0 : 1;
}

const print = (text: string): boolean => process.stdout.write(printableLines(text));

/** Standard output carries the answer alone. */
const stderrLogger = (level: string): Logger =>
  pino({ level, base: null, hooks: logHooks }, pino.destination({ dest: 2, sync: true }));

function run(home: string): void {
  const config = loadFeederConfig(home);
  const logger = pino(
    { level: config.logLevel, base: null, hooks: logHooks },
    pino.destination({ dest: 1, sync: true }),
  );
  let feeder: Feeder = startFeeder(config, logger);
  logger.info({ home, socketPath: config.socketPath }, 'feeder started');

  process.on('SIGHUP', () => {
    try {
      const next = loadFeederConfig(home);
      feeder.close();
      logger.level = next.logLevel;
      feeder = startFeeder(next, logger);
      logger.info('configuration read again');
    } catch (error) {
      logger.error({ error: String(error) }, 'the new configuration is not used');
    }
  });
  const end = (signal: NodeJS.Signals): void => {
    feeder.close();
    logger.info({ signal }, 'feeder stopped');
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

main().catch((error: unknown) => {
  const usage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!(error instanceof ConfigError) && !usage) throw error;
  process.stderr.write(printableLines(`feeder: ${(error as Error).message}\n`));
  process.exitCode = 2;
});
