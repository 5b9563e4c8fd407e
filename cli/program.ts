import { Command } from 'commander';
import { accountGroup } from './commands/account.ts';
import { bankGroup } from './commands/bank.ts';
import { feederGroup } from './commands/feeder.ts';
import { govGroup } from './commands/gov.ts';
import { indexerGroup } from './commands/indexer.ts';
import { keysGroup } from './commands/keys.ts';
import { gatewayGroup } from './commands/gateway.ts';
import { fundGroup } from './commands/fund.ts';
import { liquidationGroup } from './commands/liquidation/index.ts';
import { marginGroup } from './commands/margin/index.ts';
import { marketGroup } from './commands/market/index.ts';
import { mmGroup } from './commands/mm.ts';
import { nodeGroup } from './commands/node.ts';
import { oracleGroup } from './commands/oracle/index.ts';
import { orderGroup } from './commands/order.ts';
import { quoteGroup } from './commands/quote.ts';
import { positionGroup } from './commands/position.ts';
import { sessionGroup } from './commands/session.ts';
import { stakingGroup } from './commands/staking.ts';
import { testnetGroup } from './commands/testnet.ts';
import { txGroup } from './commands/tx.ts';
import { verifyGroup } from './commands/verify/index.ts';
import type { Open } from './commands/verb.ts';
import { completionScript } from './completion.ts';

const groups = [
  marketGroup,
  accountGroup,
  orderGroup,
  quoteGroup,
  mmGroup,
  gatewayGroup,
  positionGroup,
  marginGroup,
  liquidationGroup,
  fundGroup,
  oracleGroup,
  feederGroup,
  bankGroup,
  keysGroup,
  sessionGroup,
  stakingGroup,
  govGroup,
  txGroup,
  nodeGroup,
  indexerGroup,
  verifyGroup,
  testnetGroup,
];

const help = `
Settings come from options, then TENOR_NODE, TENOR_CHAIN_ID, TENOR_FROM, TENOR_KEYRING,
TENOR_SUBACCOUNT, TENOR_JSON, TENOR_YES, then ~/.config/tenor/config.toml (node, chain_id, from,
keyring, subaccount, json, yes), then a running local network: .testnet/ here or above, or the
folder that TENOR_TESTNET names. Its accounts (alice, bob, carol, faucet) sign without set-up.
TENOR_PASSPHRASE_FILE names a file with the passphrase of a key.

Amounts: contracts and dollars as decimals (0.5, 1250.50); coins as 50000usd, 2tenor, or base
units 7uusd. With --json base units are strings, and their decimal is beside them: quantity,
quantityDecimal.

Exit codes: 0 done, 1 refused by the chain, 2 wrong usage, 3 node not reached, 4 key or passphrase,
5 no block in time, 6 the node lies: a proof or signature is wrong, 7 the node cannot prove it,
8 nothing is trusted, or not any more, 9 validators signed two blocks of a height, 70 a fault of
this program. Codes of refusals, such as clob/3, are explained in docs/errors.md.

Examples:
  tenor market list
  tenor account deposit 50000usd --from alice
  tenor order place BTC-27DEC26-100000-C buy 0.5 --price 1250 --from alice`;

/** Commander's sentence as ours look, and for what it takes for an option and is an amount. */
export const describeMisuse = (text: string): string =>
  text
    .replace(/^error: /, 'Error: ')
    .replace(/unknown option '(-[\d.,]+ ?[a-z]*)'/i, '$1 is not an amount: it is more than zero');

/** Where help and misuse are written. */
export interface Streams {
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/** The whole command line. `open` makes the session of a command from its flags. */
export function buildProgram(open: Open, streams: Streams): Command {
  const root = new Command('tenor')
    .description('Tenor, an options exchange: trade, look, sign.')
    .exitOverride()
    .option('--node <url>', 'RPC of a node')
    .option('--chain-id <id>', 'refuse to sign for another chain')
    .option('--from <name>', 'whose account it is, and who signs')
    .option('--as <key>', 'sign with this session key for the account (session grant)')
    .option('--owner <name>', 'whose account it is, with --as: a name or an address')
    .option('--keyring <dir>', 'folder of encrypted keys (~/.tenor/keyring)')
    .option('--subaccount <n>', 'which trading account (0)')
    .option('--json', 'for programs')
    .option('--yes', 'do not ask')
    .option('--passphrase-stdin', 'the passphrase is the first line of stdin')
    .configureOutput({ ...streams, outputError: (text, write) => write(describeMisuse(text)) })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', help);
  for (const group of groups) group(root, open);
  root
    .command('completion <shell>')
    .description('completion for bash, zsh or fish')
    .addHelpText('after', '\nExample:\n  source <(tenor completion bash)')
    .action((shell: string) => streams.writeOut(`${completionScript(root, shell)}\n`));
  return root;
}
