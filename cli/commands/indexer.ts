import { join } from 'node:path';
import type { Command } from 'commander';
import type { Place } from '../../indexer/index.ts';
import { CliError, exitCodes } from '../errors.ts';
import type { Session } from '../session.ts';
import { stopSignal } from '../stopSignal.ts';
import { askHistory, timeText } from './history/ask.ts';
import { Group, wholeNumber, type Open, type Verb } from './verb.ts';

interface Flags {
  readonly listen: string;
  readonly dir?: string;
}

interface RunFlags extends Flags {
  readonly marks: number;
  readonly anew?: boolean;
}

const LISTEN = '127.0.0.1:1311';
const REPORT_MS = 10_000;

const placeFlags = (command: Command): Command =>
  command
    .option('--listen <host:port>', 'where it answers', LISTEN)
    .option('--dir <dir>', 'folder of the embedded database; DATABASE_URL names PostgreSQL');

function requireListen(text: string): string {
  if (/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i.test(text)) return text;
  throw new CliError(exitCodes.usage, `"${text}" is no place to listen: ${LISTEN}`);
}

/** PostgreSQL where DATABASE_URL or nothing else names a place, else a folder a chain. */
async function placeOf(session: Session, { dir }: Flags): Promise<Place> {
  const { databaseUrl, historyDir } = session.settings;
  if (dir !== undefined) return { folder: dir };
  if (databaseUrl !== undefined) return { url: databaseUrl };
  const node = await session.node();
  const { network } = (await node.status()).nodeInfo;
  return { folder: join(historyDir, network.replace(/[^\w.-]/g, '_')) };
}

/** What the indexer says is wrong, as this command says it. */
async function telling(work: Promise<void>): Promise<void> {
  const { DatabaseError, DatabaseGone, LedgerError, SourceError } =
    await import('../../indexer/index.ts');
  try {
    await work;
  } catch (error) {
    if (error instanceof DatabaseGone) throw new CliError(exitCodes.unreachable, error.message);
    if (error instanceof DatabaseError) throw new CliError(exitCodes.usage, error.message);
    if (error instanceof SourceError) throw new CliError(exitCodes.unreachable, error.message);
    if (!(error instanceof LedgerError)) throw error;
    const advice = 'Begin anew (tenor indexer run --anew), from a node that has all blocks.';
    throw new CliError(exitCodes.refused, `${error.message}.`, advice);
  }
}

const run: Verb<RunFlags> = {
  usage: 'run',
  description: 'keep the history of the chain in a database, and answer for it, until Ctrl-C',
  examples: [
    'indexer run',
    'indexer run --node http://127.0.0.1:26657 --listen 127.0.0.1:1311 --dir history',
    'indexer run --json      (DATABASE_URL=postgres://user@host/tenor)',
    'indexer run --anew',
  ],
  options: (command) =>
    placeFlags(command)
      .option('--marks <seconds>', 'ask for marks so often', wholeNumber(1, 60), 5)
      .option('--anew', 'put the history that is there aside, and begin at genesis'),
  run: (session, _args, flags) => runFollowing(session, flags),
};

async function runFollowing(session: Session, flags: RunFlags): Promise<void> {
  const { out, settings, clock } = session;
  const listen = requireListen(flags.listen);
  const place = await placeOf(session, flags);
  const { runIndexer } = await import('../../indexer/index.ts');
  const tell = (kind: string, text: string): void => {
    const time = new Date(clock()).toISOString();
    out.entry({ kind, time, text }, () => `${out.color.dim(time.slice(11, 19))} ${text}`);
  };
  const { signal, release } = stopSignal();
  let reported = 0;
  try {
    const events = {
      onListening: (url: string, database: string) =>
        tell('listening', `${database}; history at ${url}/tenor/v1/history`),
      onBlock: (height: number, timeMs: number, last: number) => {
        const isDue = clock() - reported >= REPORT_MS;
        if (!isDue) return;
        reported = clock();
        const at = new Date(timeMs).toISOString();
        tell('block', `block ${height} of ${last}, of ${at}`);
      },
      onTrouble: (message: string | null) =>
        tell('trouble', message === null ? 'it goes on' : `waiting: ${message}`),
      onAside: (name: string) => tell('aside', `what was kept before is in ${name}`),
      onError: (error: Error) => tell('error', error.stack ?? error.message),
    };
    const anew = flags.anew === true;
    const options = { place, listen, signal, clock, anew, node: settings.node };
    await telling(runIndexer({ ...options, marksEveryMs: flags.marks * 1_000 }, events));
    tell('stopped', 'stopped');
  } finally {
    release();
  }
}

const serve: Verb<Flags> = {
  usage: 'serve',
  description: 'answer for a history that another process keeps, in PostgreSQL or a replica of it',
  examples: [
    'indexer serve --listen 0.0.0.0:1311      (DATABASE_URL=postgres://user@replica/tenor)',
  ],
  options: placeFlags,
  async run(session, _args, flags) {
    const { out } = session;
    const { serveHistory } = await import('../../indexer/index.ts');
    const listen = requireListen(flags.listen);
    const place = await placeOf(session, flags);
    const { signal, release } = stopSignal();
    try {
      const events = {
        onListening: (url: string, database: string) =>
          out.entry({ kind: 'listening', url, database }, () => `${database}; history at ${url}`),
        onError: (error: Error) =>
          out.entry({ kind: 'error', text: error.message }, () => error.stack ?? error.message),
      };
      await telling(serveHistory({ place, listen, signal }, events));
    } finally {
      release();
    }
  },
};

interface Status {
  readonly chainId: string;
  readonly firstHeight: string;
  readonly height: string;
  readonly timeMs: string | null;
  readonly database: string;
}

const status: Verb = {
  usage: 'status',
  description: 'how far the history of an indexer goes',
  examples: ['indexer status'],
  async run(session) {
    const { out, settings } = session;
    const told = await askHistory<Status>(session, '/status');
    const { chainId, firstHeight, height, timeMs, database } = told;
    out.show({ ...told, url: settings.history }, () =>
      out.fields([
        ['indexer', settings.history],
        ['chain', chainId],
        ['blocks', `${firstHeight} to ${height}`],
        ['up to', timeMs === null ? '–' : `${timeText(timeMs)} UTC`],
        ['database', database],
      ]),
    );
  },
};

export const indexerGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'indexer', 'the history of the chain in a database')
    .verb(run)
    .verb(serve)
    .verb(status);
