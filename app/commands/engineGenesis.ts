import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../proto/json.ts';
import type { Config } from '../config.ts';
import { GenesisError } from '../chain/genesisState.ts';

/** What is read of the engine's genesis file. */
export interface EngineGenesis {
  readonly chain_id?: string;
  readonly consensus_params?: Record<string, Json>;
}

export const genesisPath = ({ home }: Pick<Config, 'home'>): string =>
  join(home, 'config', 'genesis.json');

/**
 * The engine's genesis file, which lies beside our settings; undefined when it lies elsewhere.
 * @throws GenesisError that names the file when it is damaged
 */
export function engineGenesis(config: Pick<Config, 'home'>): EngineGenesis | undefined {
  const path = genesisPath(config);
  if (!existsSync(path)) return undefined;
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new GenesisError(`${path} is not a genesis file: ${(error as Error).message}`);
  }
  if (file !== null && typeof file === 'object' && !Array.isArray(file)) return file;
  throw new GenesisError(`${path} is not a genesis file: it is no object`);
}
