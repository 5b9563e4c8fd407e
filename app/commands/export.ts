import { writeFileSync } from 'node:fs';
import type { Json } from '../../proto/json.ts';
import type { Config } from '../config.ts';
import { printable, printableLines } from '../lib/printable.ts';
import { awaitsUpgrade } from '../chain/stateAhead.ts';
import { UsageError, heightFlag } from './command.ts';
import type { Command } from './command.ts';
import { engineGenesis, genesisPath } from './engineGenesis.ts';
import { genesisFile, genesisText } from './genesisFile.ts';
import { withStore } from './withStore.ts';

/** What the engine passes on to the application at most, in one message. */
const APP_STATE_MAX_BYTES = 64 * 1024 * 1024;

export const exportGenesis: Command = {
  summary: 'write a genesis file from which a chain goes on where this one is',
  help: `The node must be stopped. The file has the same balances, positions and books, and the same
validators. It does not have blocks, transactions and the history of the Merkle trees: the app
hash is another one.

  --height H            the last block or the one before it (the last)
  --initial-height N    height of the new chain's first block (the next one); 1 begins anew:
                        heights in the state move along, those of the past become negative
  --chain-id ID         of the new chain (the same): a chain that may run beside the old one
                        needs another, for else transactions count on both
  --output FILE         in place of standard output

  node dist/app.mjs export --home .testnet/validator0 --output genesis.json`,
  options: {
    height: { type: 'string' },
    'initial-height': { type: 'string' },
    'chain-id': { type: 'string' },
    output: { type: 'string' },
  },
  run: (program, config, flags) =>
    withStore(program, config, heightFlag(flags, 'height'), ({ registry, version }) => {
      if (awaitsUpgrade(registry, version)) {
        throw new UsageError(
          'an upgrade comes with the next block: export with the program before it, or after',
        );
      }
      const { chainId, height } = version;
      const { 'chain-id': newId = chainId, output } = flags;
      if (!/^[\x21-\x7e]{1,50}$/.test(String(newId))) {
        throw new UsageError('--chain-id has 1 to 50 characters, and no spaces');
      }
      const file = genesisFile(registry, version, {
        initialHeight: heightFlag(flags, 'initial-height') ?? height + 1,
        chainId: String(newId),
        consensusParams: consensusParamsOf(config),
      });
      const text = `${genesisText(file)}\n`;
      if (typeof output === 'string') writeFileSync(output, text);
      else process.stdout.write(printableLines(text));
      const size = JSON.stringify(file['app_state']).length;
      console.error(printableLines(`Exported height ${height}: ${text.length} bytes.`));
      if (size > APP_STATE_MAX_BYTES) {
        console.error(
          printable(`Its state has ${size} bytes: more than a message to the application holds.`),
        );
      }
    }),
};

/** The engine's parameters, which its own genesis file has. */
function consensusParamsOf(config: Config): Record<string, Json> {
  const file = engineGenesis(config);
  if (file !== undefined) return file.consensus_params ?? {};
  throw new UsageError(
    `${genesisPath(config)} is missing: the new file takes consensus_params from there`,
  );
}
