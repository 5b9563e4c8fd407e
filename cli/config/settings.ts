import { dirname, isAbsolute, join, resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { configPath, readConfigFile } from './configFile.ts';
import { findTestnet, readTestnet, type TestnetFile } from './testnetFile.ts';

/** Global options as commander gives them; what was not typed is undefined. */
export interface GlobalFlags {
  readonly node?: string;
  readonly chainId?: string;
  readonly from?: string;
  readonly as?: string;
  readonly owner?: string;
  readonly keyring?: string;
  readonly subaccount?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly passphraseStdin?: boolean;
}

export interface Settings {
  /** URL of a node's RPC. */
  readonly node: string;
  readonly chainId: string | undefined;
  /** Whose account it is: a name, or with `as` an address, too. */
  readonly from: string | undefined;
  /** The session key that signs in its place. */
  readonly as: string | undefined;
  readonly keyring: string;
  readonly subaccount: number;
  readonly json: boolean;
  readonly yes: boolean;
  readonly passphraseStdin: boolean;
  readonly passphraseFile: string | undefined;
  /** Folder of what is trusted of each chain. */
  readonly trustDir: string;
  /** Where an indexer answers: `/tenor/v1/history/…` */
  readonly history: string;
  /** Where the embedded databases of indexers are, a folder a chain. */
  readonly historyDir: string;
  /** A server of PostgreSQL that an indexer keeps its history in. */
  readonly databaseUrl: string | undefined;
  /** The local network around here, running or not. */
  readonly testnet: TestnetFile | null;
}

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}

const DEFAULT_NODE = 'http://127.0.0.1:26657';
const DEFAULT_HISTORY = 'http://127.0.0.1:1311';
const MAX_SUBACCOUNT = 0xffffffff;

/**
 * Each setting from the first place that has it: flag, `TENOR_*`, config file, the local network,
 * default. An empty variable counts as none. Throws a usage error that names what is wrong.
 */
export function resolveSettings(flags: GlobalFlags, around: Surroundings): Settings {
  const { env, cwd, home } = around;
  const variable = (name: string): string | undefined => {
    const value = env[`TENOR_${name}`];
    return value === undefined || value === '' ? undefined : value;
  };
  const file = readConfigFile(configPath(env, home));
  const pick = (flag: string | undefined, name: string): string | undefined => {
    const fromFile = file[name.toLowerCase()];
    return flag ?? variable(name) ?? (fromFile === undefined ? undefined : String(fromFile));
  };
  const named = variable('TESTNET');
  const testnet = named === undefined ? findTestnet(cwd) : testnetOf(resolve(cwd, named));
  const live = testnet?.ready === true ? testnet.nodes[0]?.rpc : undefined;
  const node =
    flags.node ??
    variable('NODE') ??
    (named === undefined ? undefined : live) ??
    (file['node'] as string | undefined) ??
    live ??
    DEFAULT_NODE;
  const keyring = pick(flags.keyring, 'KEYRING') ?? join('~', '.tenor', 'keyring');
  return {
    node: nodeUrl(node),
    chainId: pick(flags.chainId, 'CHAIN_ID'),
    from: pick(flags.owner ?? flags.from, 'FROM'),
    as: pick(flags.as, 'AS'),
    keyring: folder(keyring, around),
    subaccount: subaccountNumber(pick(flags.subaccount, 'SUBACCOUNT') ?? '0'),
    json: flags.json ?? isTrue(pick(undefined, 'JSON'), 'TENOR_JSON'),
    yes: flags.yes ?? isTrue(pick(undefined, 'YES'), 'TENOR_YES'),
    passphraseStdin: flags.passphraseStdin ?? false,
    passphraseFile: variable('PASSPHRASE_FILE'),
    trustDir: join(dirname(configPath(env, home)), 'trust'),
    history: historyUrl(pick(undefined, 'HISTORY') ?? testnet?.history?.url ?? DEFAULT_HISTORY),
    historyDir: join(home, '.tenor', 'history'),
    databaseUrl: env['DATABASE_URL'] === '' ? undefined : env['DATABASE_URL'],
    testnet,
  };
}

function testnetOf(dir: string): TestnetFile {
  const testnet = readTestnet(dir);
  if (testnet !== null) return testnet;
  throw usageError(
    `TENOR_TESTNET: there is no testnet.json in ${dir}.`,
    'Start a network there: npm run testnet -- --dir DIR',
  );
}

const nodeUrl = (text: string): string => urlOf(text, 'a node', DEFAULT_NODE);
const historyUrl = (text: string): string => urlOf(text, 'an indexer', DEFAULT_HISTORY);

function urlOf(text: string, what: string, example: string): string {
  const url = text.includes('://') ? text.replace(/^tcp:/, 'http:') : `http://${text}`;
  if (/^https?:\/\/[^/\s]+/.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  throw usageError(`"${text}" is not the URL of ${what}.`, `It is like ${example}`);
}

function folder(text: string, { cwd, home }: Surroundings): string {
  if (text === '~' || text.startsWith('~/')) return join(home, text.slice(1));
  return isAbsolute(text) ? text : resolve(cwd, text);
}

function subaccountNumber(text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value <= MAX_SUBACCOUNT) return value;
  throw usageError(`"${text}" is not the number of a subaccount: 0, 1, 2…`);
}

function isTrue(text: string | undefined, name: string): boolean {
  if (text === undefined || /^(0|false|no)$/i.test(text)) return false;
  if (/^(1|true|yes)$/i.test(text)) return true;
  throw usageError(`${name} is "${text}".`, 'Set it to 1 or 0.');
}
