import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { usageError } from '../errors.ts';

/** Settings by the names they have in the file. */
export type ConfigFile = Readonly<Record<string, string | number | boolean>>;

const known: Readonly<Record<string, 'string' | 'number' | 'boolean'>> = {
  node: 'string',
  chain_id: 'string',
  from: 'string',
  as: 'string',
  keyring: 'string',
  subaccount: 'number',
  history: 'string',
  json: 'boolean',
  yes: 'boolean',
};

export function configPath(env: NodeJS.ProcessEnv, home: string): string {
  const base = env['XDG_CONFIG_HOME'];
  const folder = base === undefined || base === '' ? join(home, '.config') : base;
  return join(folder, 'tenor', 'config.toml');
}

/** Reads and checks the file; empty when there is none. */
export function readConfigFile(path: string): ConfigFile {
  if (!existsSync(path)) return {};
  let file: Record<string, unknown>;
  try {
    file = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw usageError(`${path} is not TOML: ${(error as Error).message.split('\n')[0]!}.`);
  }
  for (const [key, value] of Object.entries(file)) {
    const type = known[key];
    if (type === undefined) {
      const names = Object.keys(known).join(', ');
      throw usageError(`${path}: there is no setting "${key}".`, `There are ${names}.`);
    }
    if (typeof value !== type) throw usageError(`${path}: ${key} must be a ${type}.`);
  }
  return file as ConfigFile;
}
