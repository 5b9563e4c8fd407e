import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Credentials, GatewayOptions } from '../../gateway/index.ts';
import type { TxSigner } from '../../client/index.ts';
import { MessageClass, MsgGrantSession } from '../../proto/gen/tenor.sessions.v1.ts';
import { CliError, exitCodes, keyError, usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { stopSignal } from '../stopSignal.ts';
import { readBand, readDuration } from './session.ts';
import { parseQuantity } from '../amounts.ts';
import { Group, wholeNumber, type Open, type Verb } from './verb.ts';

interface RunFlags {
  readonly port: number;
  readonly stream?: string;
  readonly history?: string;
  readonly for: string;
  readonly underlying?: string;
  readonly band?: string;
  readonly daily?: string;
  readonly repeatLabels: boolean;
}

const STREAM_PORT = 1_317;
const RPC_PORT = 26_657;
/** Beside the bundle that runs: the build puts the web terminal there. */
const TERMINAL = fileURLToPath(new URL('./terminal/', import.meta.url));

/** Where the node streams: as named, as the local network says, or beside its RPC as by default. */
function streamUrlOf({ settings }: Session, named: string | undefined): string {
  if (named !== undefined) {
    if (/^wss?:\/\/[^/\s]+/.test(named) && URL.canParse(named)) return named;
    throw usageError(`"${named}" is no stream: ws://127.0.0.1:1317/stream`);
  }
  const local = settings.testnet?.nodes.find(({ rpc }) => rpc === settings.node)?.ws;
  if (typeof local === 'string') return local;
  const { protocol, hostname, port } = new URL(settings.node);
  const shift = Number(port === '' ? RPC_PORT : port) - RPC_PORT;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${hostname}:${STREAM_PORT + shift}/stream`;
}

/** What the session key of this gateway may do, and until when. */
function grantOf(session: Session, owner: string, key: string, flags: RunFlags, now: Date) {
  const { settings } = session;
  const nowSeconds = Math.floor(now.getTime() / 1_000);
  return {
    ...{ sender: owner, key, subaccounts: [settings.subaccount] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE],
    underlyings: flags.underlying?.toUpperCase().split(',') ?? [],
    expiresSeconds: BigInt(nowSeconds + readDuration(flags.for)),
    priceBandPpm: flags.band === undefined ? 0 : readBand(flags.band),
    dailyQuantity: flags.daily === undefined ? 0n : parseQuantity(flags.daily),
  };
}

/** The file of what a gateway keeps for an account, beside the keyring. */
const credentialsPath = ({ settings }: Session, chainId: string, owner: string): string => {
  const name = `${chainId}-${owner}-${settings.subaccount}.json`;
  return join(dirname(settings.keyring), 'gateway', name);
};

interface Signing {
  readonly credentials: Credentials;
  readonly path: string;
  readonly signer: TxSigner;
}

/** A session key that is there already, or one of the gateway's own, which the owner grants now. */
async function openSigning(
  session: Session,
  flags: RunFlags,
  chainId: string,
  now: Date,
): Promise<Signing> {
  const { keys, settings } = session;
  const [{ openCredentials, CredentialsError }, { keySigner, msgOf }] = await Promise.all([
    import('../../gateway/index.ts'),
    import('../../client/index.ts'),
  ]);
  const granted = await keys.signer();
  const owner = granted.address;
  const path = credentialsPath(session, chainId, owner);
  const isOwn = settings.as === undefined;
  const credentials = ((): Credentials => {
    try {
      return openCredentials(path, isOwn);
    } catch (error) {
      throw error instanceof CredentialsError ? keyError(`${error.message}.`) : error;
    }
  })();
  if (!isOwn) {
    return { credentials, path, signer: { ...keySigner(granted.privateKey), owner } };
  }
  const signer = { ...keySigner(Buffer.from(credentials.sessionKey!, 'hex')), owner };
  const grant = grantOf(session, owner, signer.address, flags, now);
  await session.confirm(`Let the gateway's session key trade for ${keys.from()}?`);
  const wait = { wait: true, timeout: 30 };
  await session.send(granted, [msgOf(MsgGrantSession, grant)], wait);
  return { credentials, path, signer };
}

async function runGateway(session: Session, flags: RunFlags): Promise<void> {
  const { out, clock, settings } = session;
  const { network, now } = await statusOf(session);
  const { credentials, path, signer } = await openSigning(session, flags, network, now);
  const log: GatewayOptions['log'] = (entry) => {
    const json = { time: new Date(clock()).toISOString(), ...entry };
    const { kind, ...rest } = entry;
    out.entry(json, () => `${json.time.slice(11, 19)} ${kind} ${JSON.stringify(rest)}`);
  };
  const { Gateway } = await import('../../gateway/index.ts');
  const { signal, release } = stopSignal();
  try {
    const historyUrl = flags.history ?? settings.testnet?.history?.url;
    const options = {
      ...{ url: settings.node, streamUrl: streamUrlOf(session, flags.stream), chainId: network },
      ...{ signer, subaccount: settings.subaccount, credentials, port: flags.port, log },
      ...{ labelsPath: path.replace(/json$/, 'labels'), repeatsLabels: flags.repeatLabels },
      ...(historyUrl === undefined ? {} : { historyUrl }),
      terminal: TERMINAL,
    };
    const node = await session.node();
    const gateway = await node
      .use(() => Gateway.open(options))
      .catch((error: unknown) => {
        throw portError(error, flags.port);
      });
    const url = `http://127.0.0.1:${gateway.port}/api/v2`;
    const webSocket = `ws://127.0.0.1:${gateway.port}/ws/api/v2`;
    const { page } = gateway;
    const who = { owner: signer.owner!, key: signer.address };
    const clientId = credentials.clientId;
    log({ kind: 'listening', url, webSocket, page, ...who, clientId, clientSecret: `in ${path}` });
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      else signal.addEventListener('abort', resolve, { once: true });
    });
    await gateway.close();
    log({ kind: 'stopped' });
  } finally {
    release();
  }
}

async function statusOf(session: Session): Promise<{ network: string; now: Date }> {
  const { nodeInfo, syncInfo } = await (await session.node()).status();
  return { network: nodeInfo.network, now: new Date(syncInfo.latestBlockTime.getTime()) };
}

function portError(error: unknown, port: number): unknown {
  if ((error as { code?: string }).code !== 'EADDRINUSE') return error;
  const message = `Port ${port} is in use.`;
  return new CliError(exitCodes.usage, message, 'Name another: --port 8766');
}

const run: Verb<RunFlags> = {
  usage: 'run',
  description: 'serve Deribit’s API on this machine for bots that speak it, until Ctrl-C',
  isDefault: true,
  examples: [
    'gateway run --from alice --port 8765',
    'gateway --from alice --for 8h --underlying BTC --band 5%',
    'gateway --as bot --owner alice',
  ],
  options: (command: Command) =>
    command
      .option(
        '--port <port>',
        'where it listens; 0: any that is free',
        wholeNumber(0, 65_535),
        8765,
      )
      .option('--stream <url>', 'the node’s streams: ws://127.0.0.1:1317/stream')
      .option('--history <url>', 'an indexer’s: http://127.0.0.1:1311')
      .option('--for <time>', 'how long its session key may trade (90d at most)', '24h')
      .option('--underlying <names>', 'what it may trade: BTC or BTC,ETH; all if left out')
      .option('--band <percent>', 'how far a limit may be from the mark')
      .option('--repeat-labels', 'a label may stand for order after order', false)
      .option('--daily <contracts>', 'how much it may order in a UTC day'),
  run: (session, _args, flags) => runGateway(session, flags),
};

export const gatewayGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'gateway', 'an API for bots that speak Deribit’s').verb(run);
